"""Writes Tests/ThalwegAutodiffTests/Fixtures/draws.json: keys and counters of layers' random draws,
from the definition in Sources/ThalwegAutodiff/Tape/Draw.swift, by another Philox4x32-10.

Run with torch, NumPy and randomgen installed: python3 Scripts/golden/draws.py
"""

import randomgen

from golden import write

WORD = 0xFFFFFFFF


def block(words, key):
    """The four words for one counter. randomgen counts up before it draws."""
    counter = sum(word << (32 * place) for place, word in enumerate(words))
    source = randomgen.Philox(counter=(counter - 1) % (1 << 128), key=key, number=4, width=32)
    return [int(word) for word in source.random_raw(4)]


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) % (1 << 64)
    return value


def draw(seed, path, name, step, part, ordinal):
    place = path.encode() + (b"" if name is None else b"\xff" + name.encode())
    words = block([step & WORD, step >> 32, part, ordinal], fnv1a(place))
    key, upper = seed ^ (words[0] | words[1] << 32), words[2] | words[3] << 32
    first = block([3, 0, upper & WORD, upper >> 32], key)
    return {
        "name": name or "",
        "path": path,
        "seed": f"{seed:x}",
        "step": step,
        "part": part,
        "ordinal": ordinal,
        "key": f"{key:x}",
        "hash": f"{upper:x}",
        "uniform": ((first[0] | first[1] << 32) >> 11) * 2.0**-53,
    }


write(
    "ThalwegAutodiffTests",
    "draws",
    {
        "randomgen": randomgen.__version__,
        "draws": [
            draw(0, "", None, 1, 0, 0),
            draw(1337, "encoder.dropout", None, 1, 0, 0),
            draw(1337, "encoder.dropout", None, 1, 0, 2),
            draw(1337, "encoder.dropout", "mask", 7, 3, 1),
            draw(2**64 - 1, "größe", "mask", 2**33 + 5, 1, 0),
        ],
    },
)
