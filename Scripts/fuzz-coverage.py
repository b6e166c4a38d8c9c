"""Sums up llvm-cov's JSON: lines that ran, of those that there are, a JSON line for each folder."""

import json
import os
import sys


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        files = json.load(file)["data"][0]["files"]
    folders: dict[str, list[int]] = {}
    for entry in files:
        path = entry["filename"].split("/Sources/", 1)[-1]
        lines = entry["summary"]["lines"]
        sums = folders.setdefault(os.path.dirname(path), [0, 0])
        sums[0] += lines["covered"]
        sums[1] += lines["count"]
    for folder, (covered, count) in sorted(folders.items()):
        print(f'{{"folder":"{folder}","covered":{covered},"lines":{count}}}')


main()
