"""Proves that the tables say what the raw figures say, and that the guard fails where it must."""

import check
from driver import plan, report

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
