"""Writes the NumPy files under Tests/ThalwegFormatsTests/Fixtures, and what NumPy says is in them.

Run with torch and NumPy installed: python3 Scripts/golden/arrays.py
"""

import warnings

import numpy

from golden import ROOT, figures, versions, write

FOLDER = ROOT / "Tests" / "ThalwegFormatsTests" / "Fixtures"

TYPES = (
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 "
    "complex128"
)


def arrays():
    grid = numpy.arange(24, dtype=numpy.float32).reshape(2, 3, 4) / 8
    made = {name: numpy.arange(1, 7).reshape(2, 3).astype(name) for name in TYPES.split()}
    made["scalar"] = numpy.array(2.5)
    made["empty"] = numpy.zeros((0, 3), numpy.float32)
    made["turned"] = numpy.asfortranarray(grid)
    made["turned_empty"] = numpy.zeros((0, 3), numpy.float32, order="F")
    made["column"] = numpy.asfortranarray(grid[0, :, :1])
    made["layer.0/weight"] = grid
    made["big"] = grid.astype(">f4")
    made["big_whole"] = numpy.arange(5).astype(">i8")
    made["zeros"] = numpy.zeros(50_000)
    return made


def described(name, made):
    entries = []
    for key, array in made.items():
        strides = [step // array.itemsize for step in array.strides]
        kind = array.dtype.newbyteorder("=").name
        entries.append(
            {
                "path": key,
                "type": kind,
                "shape": list(array.shape),
                "strides": strides if array.flags.fnc else None,
                "statistics": figures(array),
            }
        )
    print(FOLDER / name, (FOLDER / name).stat().st_size, "bytes")
    return {"name": name, "arrays": entries}


def saved(name, save, made):
    save(FOLDER / name, **made)
    with numpy.load(FOLDER / name) as again:
        assert list(again) == list(made), list(again)
    return described(name, made)


def refused():
    numpy.savez(
        FOLDER / "objects.npz", plain=numpy.ones(2), objects=numpy.array([{}], object),
        texts=numpy.array(["a"]),
    )
    numpy.save(FOLDER / "fields.npy", numpy.zeros(2, [("a", "f4"), ("b", "i8")]))
    for name, dtype in (("dates", "M8[s]"), ("long", "longdouble"), ("bytes", "V3")):
        numpy.save(FOLDER / f"{name}.npy", numpy.zeros(2, dtype))


def main():
    FOLDER.mkdir(exist_ok=True)
    made = arrays()
    turned = made["turned"]
    numpy.save(FOLDER / "turned.npy", turned)
    with open(FOLDER / "version_2.npy", "wb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        numpy.lib.format.write_array(file, made["int16"], version=(2, 0))
    small = {key: array for key, array in made.items() if key != "zeros"}
    refused()
    content = {
        "versions": versions(),
        "cases": [
            saved("arrays.npz", numpy.savez, small),
            saved("packed.npz", numpy.savez_compressed, made),
            described("turned.npy", {"": turned}),
            described("version_2.npy", {"": made["int16"]}),
        ],
    }
    write("ThalwegFormatsTests", "arrays", content)


main()
