"""Writes Tests/ThalwegFormatsTests/Fixtures/yaml_values.json: what PyYAML makes of scalars, of
documents with anchors, merge keys and tags, and, as sums alone, of real configurations.

Run with PyYAML, torch and NumPy installed: python3 Scripts/golden/yaml_values.py [FOLDER]
FOLDER holds the real files, ../shared/data/runs without it.
"""

import math
import pathlib
import random
import sys

import yaml

from golden import ROOT, versions, write

CHOSEN = """5e-3 5.0e-3 5.e-3 1e-6 1.0e-6 1.0e5 1.0e+5 1E+3 1.E+3 .5 -.5 +.5 .5_ ._5 5. 5._ 0.1_5 1_000 1__0
017 08 0o17 0_7 0_ 00 0 -0 +1 -12 0x1F 0x1f -0xff 0b101 -0b11 12:30 1:99 190:20:30 190:20:30.15 0:30
00:30.5 -1:30 .inf -.inf +.inf .Inf .INF .iNF .nan .NaN .NAN -.nan ~ null Null NULL nulL yes Yes YES yeS no No
NO on On ON off Off OFF true True TRUE tRUE false False FALSE y n Y N 2025-11-10 1.2.3 1,5 1e 1.0e- e5 0x
99999999999999999999 0777777777777777777777777 1.0e+400 123abc 4e 3.5PN -1e3 none None inf nan NaN""".split()
ALPHABET = "0001123456789..__::eE+-xobinfaN"

DOCUMENTS = {
    "anchors": "a: &x {lr: 1.0e-3, b: [1, 2]}\nc: *x\nd: [*x, {e: *x}]\n",
    "merge": "base: &b {lr: 1, wd: 2}\nmore: &m {wd: 3, eps: 4}\n"
    "one:\n  <<: *b\n  lr: 9\ntwo:\n  eps: 7\n  <<: [*m, *b]\n",
    "merge of a merge": "a: &a {p: 1}\nb: &b {<<: *a, q: 2}\nc: {<<: *b, r: 3, p: 4}\n",
    "given twice": "lr: 1\nlr: 2\nm:\n  k: 1\n  k: 5e-3\n",
    "lists": "betas: [.9, 0.999]\ngrid: [[1, 2], [yes, ~, a b]]\nlayers:\n- {k: 3}\n- {k: 5, s: [1]}\n",
    "quotes": "a: '5'\nb: \"1.0e-3\"\nc: |\n  two\n  lines\nd: >\n  folded\n  text\n'e f': 1\n",
    "tags": "a: !!str 12\nb: !!float 5e-3\nc: !!int '7'\nd: !!seq [1]\ne: !!map {f: 2}\n",
    "flow": '{learning_rate: 1e-4, "a": {"b": [1, 2.5, null, true]}, "c": "x"}',
    "keys": "1: a\n2.5: {x: 1}\n? long key\n: value\n",
}


def kind(value):
    """Our four kinds; a date is a text."""
    if value is None:
        return {"null": True}
    if isinstance(value, bool):
        return {"bool": value}
    if isinstance(value, (int, float)):
        try:
            value = float(value)
        except OverflowError:
            value = math.inf
        names = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
        return {"number": names.get(str(value), value)}
    return {"text": True}


def scalars():
    draw = random.Random(5)
    texts = CHOSEN + [
        "".join(draw.choices(ALPHABET, k=draw.randint(1, 9))) for _ in range(3000)
    ]
    entries = {}
    for text in texts:
        try:
            value = yaml.safe_load(f"k: {text}\n")["k"]
        except (yaml.YAMLError, ValueError, TypeError):
            continue
        if not isinstance(value, (list, dict)) and (
            text in CHOSEN or isinstance(value, (int, float)) or draw.random() < 0.1
        ):
            entries[text] = {"text": text, "is": kind(value)}
    return list(entries.values())


def spelled(value):
    """A leaf as our test spells it."""
    if isinstance(value, list):
        return "[" + ", ".join(map(spelled, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(float(value)) if isinstance(value, (int, float)) else str(value)


def holds_section(value):
    return isinstance(value, dict) or (
        isinstance(value, list) and any(map(holds_section, value))
    )


def leaves(value, path):
    """Lines of path and value; a list without sections is one leaf."""
    if isinstance(value, dict):
        for key, inner in value.items():
            name = key if isinstance(key, str) else str(key).lower()
            yield from leaves(inner, path + [name])
    elif isinstance(value, list) and holds_section(value):
        for index, inner in enumerate(value):
            yield from leaves(inner, path + [str(index)])
    else:
        yield f"{'.'.join(path)}={spelled(value)}"


def total(lines):
    """A sum in which each byte counts by its place."""
    result = 0
    for line in sorted(lines):
        for place, byte in enumerate(line.encode()):
            result = (result + (place + 1) * byte) % 2**32
    return result


def real(folder):
    for path in sorted(folder.glob("*.yaml")):
        lines = list(leaves(yaml.safe_load(path.read_text(encoding="utf-8")), []))
        yield {"file": path.name, "settings": len(lines), "sum": total(lines)}


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "../shared/data/runs"
    write(
        "ThalwegFormatsTests",
        "yaml_values",
        {
            "versions": versions() | {"yaml": yaml.__version__},
            "scalars": scalars(),
            "documents": [
                {"name": name, "text": text, "leaves": sorted(leaves(yaml.safe_load(text), []))}
                for name, text in DOCUMENTS.items()
            ],
            "real": list(real(folder)),
        },
    )
