"""Measures Thalweg and its peers alternately and writes results/*.json and results.md.

Usage: python3 bench.py [--tables] [WORKLOAD | CURVE...]

Workloads come first, then the curves of cost against size; `curves` names all of these. --tables
measures nothing and writes results.md from what results/ holds. BENCH_REPEAT=N repeats the
workloads N times (3 without it); BENCH_PEERS=none measures ours alone.
"""

import argparse
import json
import os
import sys

from driver import curves, environment, measuring, plan, report

RESULTS = environment.ROOT / "Benchmarks" / "results"


def write(name, document):
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")


def read(name):
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def chosen(names):
    """The rows and the curves of the given names; all without any."""
    of_curves = {curves.ALL} | {curve.name for curve in curves.CURVES}
    known = of_curves | {row.name for row in plan.ROWS} | {row.workload for row in plan.ROWS}
    for name in names:
        if name not in known:
            sys.exit(f"bench: unknown name '{name}'; known: {', '.join(sorted(known))}")
    of_rows = [name for name in names if name not in of_curves]
    of_curves = [name for name in names if name in of_curves]
    rows = plan.chosen(of_rows) if of_rows or not names else []
    return rows, curves.chosen(of_curves) if of_curves or not names else []


def measure(rows, lines):
    """Measures what is chosen; the names of what cannot be."""
    environment.clear_variables()
    python = environment.peers_python()
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(environment.SCRATCH / "bench/inductor"))
    return measure_rows(rows, python) + measure_curves(lines, python)


def measure_rows(rows, python):
    repeat = int(os.environ.get("BENCH_REPEAT", "3"))
    failed = []
    if rows:
        write("start-up", measuring.start_up())
    for row in rows:
        try:
            write(row.name, measuring.measure(row, python, repeat))
        except measuring.Failure as failure:
            print(f"bench: {row.name}: {failure}", file=sys.stderr)
            failed.append(row.name)
    return failed


def measure_curves(lines, python):
    if not lines:
        return []
    threads, failed = environment.thread_counts()[-1], []
    eager = curves.Eager(python, threads) if python else None
    for curve in lines:
        try:
            write(f"curve-{curve.name}", curves.measure(curve, eager, threads))
        except measuring.Failure as failure:
            print(f"bench: {curve.name}: {failure}", file=sys.stderr)
            failed.append(curve.name)
    if eager:
        eager.close()
    return failed


def kept(names, prefix=""):
    """What results/ holds, by name."""
    found = {name: read(prefix + name) for name in names}
    return {name: document for name, document in found.items() if document}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", action="store_true", help="writes results.md alone")
    parser.add_argument("names", nargs="*", help="of workloads and curves")
    arguments = parser.parse_args()
    rows, lines = chosen(arguments.names)
    failed = [] if arguments.tables else measure(rows, lines)
    text, wrong = report.page(
        kept(row.name for row in plan.ROWS),
        read("start-up"),
        kept((curve.name for curve in curves.CURVES), "curve-"),
    )
    (RESULTS.parent / "results.md").write_text(text)
    print(text)
    for line in wrong:
        print(f"bench: {line}", file=sys.stderr)
    if failed:
        print(f"bench: not measured: {', '.join(failed)}", file=sys.stderr)
    sys.exit(1 if wrong or failed else 0)


if __name__ == "__main__":
    main()
