"""Writes Tests/ThalwegTensorTests/RandomVectors.swift: draws of another Philox4x32-10.

Run with NumPy and randomgen installed: python3 Scripts/golden/random_vectors.py
"""

import math
import pathlib

import numpy
import randomgen

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "Tests" / "ThalwegTensorTests" / "RandomVectors.swift"


def block(counter, key):
    """The four words for one 128-bit counter. randomgen counts up before it draws."""
    before = (counter - 1) % (1 << 128)
    source = randomgen.Philox(counter=before, key=key, number=4, width=32)
    return [int(word) for word in source.random_raw(4)]


def fnv1a(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) % (1 << 64)
    return value


def words(number, count):
    return [(number >> (32 * place)) & 0xFFFFFFFF for place in range(count)]


def listed(numbers):
    return "[" + ", ".join(f"0x{number:08x}" for number in numbers) + "]"


def main():
    lines = [
        "// Written by Scripts/golden/random_vectors.py with randomgen "
        f"{randomgen.__version__} and NumPy {numpy.__version__}.",
        "",
        "enum RandomVectors {",
        "  static let blocks: [PhiloxTests.Vector] = [",
    ]
    pairs = [(1, 0), (0x123456789ABCDEF0FEDCBA9876543210, 0xDEADBEEFCAFEF00D)]
    pairs += [(1 << (8 * place), 0x0123456789ABCDEF * (place + 1) % (1 << 64)) for place in range(16)]
    for counter, key in pairs:
        lines += [
            "    PhiloxTests.Vector(",
            f"      counter: {listed(words(counter, 4))},",
            f"      key: {listed(words(key, 2))},",
            f"      output: {listed(block(counter, key))}),",
        ]
    lines += ["  ]", "", "  static let draws: [RandomStreamTests.Draw] = ["]
    for seed, path, index in [
        (0, "", 0),
        (0, "a", 1),
        (1, "foobar", 2),
        (0xFEDCBA9876543210, "encoder.0.weight", 1 << 33),
        (2**64 - 1, "größe", 7),
    ]:
        output = block(index + (fnv1a(path) << 64), seed)
        first, second = output[0] | output[1] << 32, output[2] | output[3] << 32
        uniform = (first >> 11) * 2.0**-53
        normal = math.sqrt(-2 * math.log(1 - uniform)) * math.cos(
            2 * math.pi * ((second >> 11) * 2.0**-53)
        )
        lines += [
            "    RandomStreamTests.Draw(",
            f'      seed: 0x{seed:x}, path: "{path}", index: {index},',
            f"      bits: 0x{first:016x}, uniform: {uniform!r}, normal: {normal!r}),",
        ]
    lines += ["  ]", "}", ""]
    TARGET.write_text("\n".join(lines), encoding="utf-8")


main()
