"""The guard against slower steps that a noisy machine does not fool.

Usage: python3 check.py [--update] [--against OTHER_THALWEG] [WORKLOAD...]

Compares allocations (exact) and instructions (within 3 %) of small workloads with thresholds.json.
--update writes what was counted there. --against measures time instead, as ratios of alternating
runs of this build and another one.
"""

import argparse
import json
import os
import sys

from driver import alternating, counting, environment, measuring, plan

THRESHOLDS = environment.ROOT / "Benchmarks" / "thresholds.json"
TOLERANCE = 0.03
SMALL = {
    "product": ("product", "--sizes", "64"),
    "mlp": ("mlp", "--sizes", "32,64,64,32", "--batch", "32"),
    "mlp-odd": ("mlp", "--sizes", "33,61,67,29", "--batch", "31"),
    "transformer": ("transformer", "--sizes", "2,12,16,4,32"),
    "strain": ("strain", "--sizes", "1,64"),
    "rc-gnn": ("rc-gnn", "--preset", "published-stable", "--batch", "2"),
    "lstm": ("lstm", "--sizes", "4,8,16,16,2"),
    "layer-norm": ("layer-norm", "--sizes", "32,64"),
    "softmax": ("softmax", "--sizes", "32,64"),
    "gelu": ("gelu", "--sizes", "32,64"),
    "adam": ("adam", "--sizes", "4096"),
}
ABOUT = (
    "Written by Scripts/bench-check --update. Instructions of one step on one thread under "
    f"callgrind, with kernels {counting.KERNELS} and OpenBLAS core {counting.CORE}: valgrind has "
    "no AVX-512; allocations of 140 steps with that core. They hold for the compiler and the "
    "libraries named here."
)


def surroundings():
    """What instruction counts depend on besides the code."""
    found = {}
    for name, command in {
        "swift": ["swift", "--version"],
        "openblas": ["dpkg-query", "-W", "-f", "${Version}", "libopenblas0-pthread"],
        "libc": ["dpkg-query", "-W", "-f", "${Version}", "libc6"],
        "valgrind": ["valgrind", "--version"],
    }.items():
        try:
            found[name] = measuring.run(command).strip().splitlines()[0]
        except (measuring.Failure, IndexError):
            found[name] = None
    return found


def count(name, command):
    options = list(SMALL[name])
    found = {"workload": " ".join(options)}
    try:
        found["allocations"] = counting.allocations(options)
        found["instructions"] = counting.instructions(command, options) if command else None
    except measuring.Failure as failure:
        found["error"] = str(failure)
    return found


def judge(name, found, threshold):
    """Lines about what is wrong with a workload."""
    if "error" in found:
        return [f"{name}: {found['error']}"]
    if not threshold or threshold["workload"] != found["workload"]:
        return [f"{name}: no threshold; Scripts/bench-check --update writes one"]
    lines = []
    for threads, number in found["allocations"].items():
        if number is not None and number != threshold["allocations"]:
            lines.append(
                f"{name}: {number} allocations in 140 steps on {threads} threads, "
                f"not {threshold['allocations']}"
            )
    number, before = found["instructions"], threshold["instructions"]
    if number is not None and before is None:
        lines.append(f"{name}: no threshold of instructions; Scripts/bench-check --update")
    elif number is not None and abs(number - before) > TOLERANCE * before:
        lines.append(
            f"{name}: {number} instructions a step, {number / before - 1:+.1%} of {before}; "
            f"{TOLERANCE:.0%} is allowed"
        )
    return lines


def line(name, found):
    if "error" in found:
        return f"bench-check: {name}: {found['error']}"
    counted = found["instructions"]
    return (
        f"bench-check: {name}: {list(found['allocations'].values())} allocations, "
        f"{'no count of' if counted is None else counted} instructions a step"
    )


def check(names, update):
    kept = json.loads(THRESHOLDS.read_text()) if THRESHOLDS.exists() else {}
    thresholds, here = kept.get("workloads", {}), surroundings()
    reason = counting.why_not()
    if reason:
        print(f"bench-check: instructions are not counted: {reason}")
    command = None if reason else counting.stripped()
    wrong = []
    for name in names:
        found = count(name, command)
        print(line(name, found), flush=True)
        if not update:
            wrong += judge(name, found, thresholds.get(name))
        elif "error" in found or len(set(found["allocations"].values())) != 1:
            wrong.append(f"{name}: no threshold can be made: {found}")
        else:
            found["allocations"] = next(iter(found["allocations"].values()))
            thresholds[name] = found
    if update:
        document = {"format": 1, "about": ABOUT, "with": here, "workloads": thresholds}
        THRESHOLDS.write_text(json.dumps(document, indent=1) + "\n")
    elif wrong:
        for key, value in here.items():
            before = kept.get("with", {}).get(key)
            if value != before:
                print(f"bench-check: note: {key} is {value}, thresholds are of {before}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true", help="writes thresholds.json")
    parser.add_argument("--against", metavar="THALWEG", help="another build of the command")
    parser.add_argument("workloads", nargs="*")
    chosen = parser.parse_args()
    for name in chosen.workloads:
        if name not in SMALL and name not in {row.name for row in plan.ROWS}:
            sys.exit(f"bench-check: unknown workload '{name}'; known: {', '.join(SMALL)}")
    environment.clear_variables()
    if chosen.against:
        repeat = int(os.environ.get("BENCH_REPEAT", "7"))
        wrong = alternating.compare(chosen.against, plan.chosen(chosen.workloads), repeat)
    else:
        wrong = check([n for n in SMALL if n in (chosen.workloads or SMALL)], chosen.update)
    for problem in wrong:
        print(f"bench-check: {problem}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
