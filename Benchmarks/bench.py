"""Measures Thalweg and its peers alternately and writes results/*.json and results.md.

Usage: python3 bench.py [--tables] [WORKLOAD...]

--tables measures nothing and writes results.md from what results/ holds. BENCH_REPEAT=N repeats
everything N times (3 without it); BENCH_PEERS=none measures ours alone.
"""

import argparse
import json
import os
import sys

from driver import environment, measuring, plan, report

RESULTS = environment.ROOT / "Benchmarks" / "results"


def write(name, document):
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")


def read(name):
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def measure(rows):
    environment.clear_variables()
    repeat = int(os.environ.get("BENCH_REPEAT", "3"))
    python = environment.peers_python()
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(environment.SCRATCH / "bench/inductor"))
    failed = []
    write("start-up", measuring.start_up())
    for row in rows:
        try:
            write(row.name, measuring.measure(row, python, repeat))
        except measuring.Failure as failure:
            print(f"bench: {row.name}: {failure}", file=sys.stderr)
            failed.append(row.name)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", action="store_true", help="writes results.md alone")
    parser.add_argument("workloads", nargs="*")
    chosen = parser.parse_args()
    try:
        rows = plan.chosen(chosen.workloads)
    except ValueError as error:
        sys.exit(f"bench: {error}")
    failed = [] if chosen.tables else measure(rows)
    documents = {row.name: read(row.name) for row in plan.ROWS}
    documents = {name: found for name, found in documents.items() if found}
    text, wrong = report.page(documents, read("start-up"))
    (RESULTS.parent / "results.md").write_text(text)
    print(text)
    for line in wrong:
        print(f"bench: {line}", file=sys.stderr)
    if failed:
        print(f"bench: not measured: {', '.join(failed)}", file=sys.stderr)
    sys.exit(1 if wrong or failed else 0)


if __name__ == "__main__":
    main()
