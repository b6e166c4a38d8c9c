"""Proves that the tables say what the raw figures say, and that the guard fails where it must."""

import contextlib
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import time

import check
from driver import curve_tables, curves, environment, figures, measuring, plan, report

MACHINE = {"cpu": "CPU", "cores": 2, "system": "Linux", "commit": "1"}
CEILING = {"product_gflops": 100, "copy_gigabytes_per_second": 10}


def run(side, repetition, microseconds, loss=0.5):
    document = {"microseconds": microseconds, "losses": {"1": loss, "100": loss}, "steps": 7}
    document |= {"allocations": 7, "operations": 1_000_000, "bytes": 200_000}
    document |= {"peak_bytes": 10e6 if side == plan.OURS else 40e6, "start_bytes": 8e6}
    return {"side": side, "threads": 1, "repetition": repetition, "document": document}


def raw(runs):
    ceilings = [{"threads": 1, "kernels": "v4", "blas_core": "X", "ceilings": CEILING}]
    export = {"name": "mlp small", "losses": {"1": 0.5, "100": 0.5}, "check": None}
    return {"row": "mlp", "machine": MACHINE, "ceilings": ceilings, "repetitions": 2} | {
        "export": export,
        "runs": runs,
    }


def expect(text, page):
    if text not in page:
        raise SystemExit(f"selftest: the tables do not say '{text}':\n{page}")


ours = [run(plan.OURS, 0, [40, 40]), run(plan.OURS, 1, [50, 50])]
eager = [run("torch eager", 0, [400, 400]), run("torch eager", 1, [600, 600])]
slow = [run("jax.jit", 0, [900, 900]), run("jax.jit", 1, [900, 900])]
page, wrong = report.page({"mlp": raw(ours + eager + slow)})
assert not wrong, wrong
expect("| mlp small | 45 us [40 us, 50 us] (1) | torch eager: 500 us", page)
expect("| 11.00 (10.00 to 12.00) | 8 | met |", page)
expect("jax takes 900 us here, 115 us where the goals were set", page)
expect("| mlp | 1 | 10.0, 2.0 | 40.0, 32.0 | **missed** | met |", page)
expect("| 10 us | 20 us | 2.25 |", page)
page, wrong = report.page({"mlp": raw(ours + [run("jax.jit", 0, [300, 300], 0.51)])})
assert len(wrong) == 2 and "jax.jit is 2.0e-02 apart, 1e-05 is allowed" in wrong[0], wrong
expect("**2.0e-02 DISAGREES**", page)
expect("**missed**", page)
page, wrong = report.page({"mlp": raw(ours + [run("jax.jit", 0, [300, 300], float("nan"))])})
assert len(wrong) == 2, wrong
page, wrong = report.page({"mlp": raw(ours)})
assert not wrong, wrong

kept = {"workload": "mlp --sizes 4", "allocations": 0, "instructions": 1000}
counted = kept | {"allocations": {1: 0, 2: 0}}
assert check.judge("mlp", counted | {"instructions": 1030}, kept) == []
assert "+3.1%" in check.judge("mlp", counted | {"instructions": 1031}, kept)[0]
assert "-3.1%" in check.judge("mlp", counted | {"instructions": 969}, kept)[0]
assert "1 allocations" in check.judge("mlp", counted | {"allocations": {1: 0, 2: 1}}, kept)[0]
assert "no threshold" in check.judge("mlp", counted, None)[0]
assert check.judge("mlp", counted | {"instructions": None}, kept) == []

# A side that is left out says why; a repetition without losses does not disagree.
strain = raw(ours + [{"side": plan.APART, "threads": 1, "repetition": 0, "error": "late"}])
page, wrong = report.page({"strain": strain | {"row": "strain"}})
expect("| - | - | - | left out |", page)
expect("- strain, jax.lax.scan: left out: it compiles", page)
assert "late" not in page, page
later = run("jax.jit", 1, [300, 300])
later["document"]["losses"] = {}
page, wrong = report.page({"mlp": raw(ours + [run("jax.jit", 0, [300, 300]), later])})
assert not wrong, wrong

# Later repetitions measure the better number of threads, and no peer that cannot be the best.
two = [one | {"threads": 2, "document": one["document"] | {"microseconds": [30]}} for one in ours]
first = [*ours, *two, *eager, *slow, run("torch.compile", 0, [401]), run(plan.APART, 0, [9])]
counts = environment.thread_counts()
assert measuring.worthwhile(first, plan.OURS, 0) == counts
assert measuring.worthwhile(first, plan.OURS, 1) == [2]
assert measuring.worthwhile(first, "torch.compile", 1) == [1]
assert measuring.worthwhile(first, "jax.jit", 1) == []
assert measuring.worthwhile(first, plan.APART, 1) == []
# One that had no result is tried again, but for the loop apart.
assert measuring.worthwhile([], "torch eager", 1) == counts
assert measuring.worthwhile([], plan.APART, 1) == []
# What only a later repetition found does not change the number of threads.
late = [run(plan.OURS, 0, [40]), run(plan.OURS, 1, [80]), run(plan.OURS, 2, [80])]
late.append(run(plan.OURS, 0, [50]) | {"threads": 2})
assert figures.better(raw(late), plan.OURS).threads == 1


def failure(command, limit=measuring.TIME_LIMIT):
    """Why a command gave no result."""
    usual, measuring.TIME_LIMIT = measuring.TIME_LIMIT, limit
    try:
        measuring.run(command)
    except measuring.Failure as found:
        return str(found)
    finally:
        measuring.TIME_LIMIT = usual
    raise SystemExit(f"selftest: {command} must fail, and did not")


# The limit ends what the process has started, too.
with tempfile.TemporaryDirectory() as folder:
    late = pathlib.Path(folder) / "late"
    script = ["sh", "-c", f"(sleep 0.6; touch '{late}') & sleep 30"]
    assert failure(script, 0.2) == "not finished within the limit of 0.2 s"
    time.sleep(0.8)
    assert not late.exists()
assert failure(["sh", "-c", "kill -TERM $$"]) == "ended by SIGTERM"
assert failure(["sh", "-c", "echo why >&2; exit 3"]) == "ended with 3: why"

# Workloads of standard input: a result, an error, one over the limit.
MEASURE = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
import measuring
def measure(document):
    time.sleep(document.get("sleep", 0))
    print(json.dumps({"twice": 2 / document["size"]}))
measuring.for_each_line(1, measure)
"""
LINES = '{"size": 1}\n{"size": 0}\n{"size": 1, "sleep": 30}\n{"size": 4}\n'
script = [sys.executable, "-c", MEASURE, str(environment.PEERS)]
answer = subprocess.run(script, input=LINES, capture_output=True, text=True, timeout=20)
found = [json.loads(line) for line in answer.stdout.splitlines()]
assert found[0] == {"twice": 2} and found[3] == {"twice": 0.5}, answer
assert found[1] == {"error": "ZeroDivisionError: division by zero"}, answer
assert found[2] == {"error": "not finished within the limit of 1 s"}, answer

# Curves.
assert curves.doublings(3, 25) == (3, 6, 12, 24)
assert curves.doublings(1, 4) == (1, 2, 4)
assert [curve.name for curve in curves.chosen(["mlp-width"])] == ["mlp-width"]
assert len(curves.chosen(["curves"])) == len(curves.chosen([])) == len(curves.CURVES) > 1
assert math.isclose(curve_tables.slope([(n, 7 * n**1.5) for n in (1, 2, 3, 8)]), 1.5)
# One far point pulls: by hand, the sums over x of 0, 1, 2 and y of 0, 0, 3 doublings.
assert math.isclose(curve_tables.slope([(1, 1), (2, 1), (4, 8)]), 1.5)
assert math.isclose(curve_tables.slope([(1, 0), (2, 5), (4, None), (8, 5)]), 0, abs_tol=1e-12)
assert curve_tables.slope([(1, 5), (2, None)]) is None
assert curve_tables.upper_half([1, 2, 3, 4, 5]) == [3, 4, 5]
assert curve_tables.upper_half([1, 2, 3, 4]) == [3, 4]


def side(microseconds, growth):
    found = {"microseconds": [microseconds, microseconds, 9 * microseconds], "operations": 6}
    return found | {"start_bytes": 2_000_000, "peak_bytes": 2_000_000 + growth}


def curve(points):
    about = {"curve": "mlp-batch", "machine": MACHINE, "threads": 2, "versions": {"torch": "9"}}
    return about | {"caches": {"L2": 2_000_000, "L3": 10_000_000}, "points": points}


points = [
    {"size": 4, "thalweg": side(10, 1_500_000), "torch eager": side(50, 1_000_000)},
    {"size": 8, "thalweg": side(10, 3_000_000), "torch eager": side(50, 1_000_000)},
    {"size": 16, "thalweg": side(20, 6_000_000), "torch eager": side(100, 1_000_000)},
    {"size": 32, "thalweg": side(80, 24_000_000), "torch eager": {"error": "ended by SIGKILL"}},
]
page, wrong = report.page({}, curves={"mlp-batch": curve(points)})
expect("## Cost against size", page)
expect("- mlp-batch: CPU, L2 1.90735 MiB, L3 9.53674 MiB; 2 threads; commit 1; torch 9.", page)
# By hand: doublings of 0, 0, 1, 3 and of 0, 1, 2, 4; the upper half is of the sizes 8 and 16.
expect("| mlp-batch | 1.00 | 1.00 | 1.00 | 0.00 | 1 | 1.30 | 1.00 | 0.00 | 1 |", page)
expect("| 4 | - | 10 us | 2.5 us | 1.5 | 50 us | 1.0 | 5.00 |", page)
expect("| 16 | L2 | 20 us | 1.25 us | 6.0 | 100 us | 1.0 | 5.00 |", page)
expect("| 32 | L2, L3 | 80 us | 2.5 us | 24.0 | - | - | - |", page)
expect("- 32, torch eager: ended by SIGKILL", page)
expect("until a step of ours takes more than\n250 ms,", page)
page, wrong = report.page({}, curves={"mlp-batch": curve(points[:2])})
expect("| mlp-batch | 0.00 | - | - |", page)
alone = [{"size": 8, "thalweg": {"error": "no"}}]
page, wrong = report.page({}, curves={"mlp-batch": curve(alone)})
expect("- 8, thalweg: no", page)
assert curves.is_short(side(200_000, 1)) and not curves.is_short({"error": "no"})
assert not curves.is_short(side(300_000, 1))


class Answers:
    """A peer that needs more than a curve waits for from size 16 on."""

    def measure(self, workload):
        took = 100 if workload["settings"] < 16 else 300_000
        return {"microseconds": [took], "versions": {"torch": "9"}, "losses": []}


def made(workload, options, threads):
    size = int(options[-1])
    return {"microseconds": [1e4 * size], "identity": workload, "settings": size, "bytes": 1}


# Each side ends with its own first long step: theirs at 16, ours at 32.
measuring.measure_ours = made
measuring.export = lambda curve, options: (None, {"optimizer": None})
with contextlib.redirect_stdout(None):
    found = curves.measure(curves.CURVES[0], Answers(), 2)
assert [one["size"] for one in found["points"]] == [8, 16, 32], found
assert ["torch eager" in one for one in found["points"]] == [True, True, False], found
assert found["versions"] == {"torch": "9"} and "losses" not in found["points"][0]["torch eager"]
