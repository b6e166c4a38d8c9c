"""What the scripts that write figures for the tests share."""

import json
import pathlib
import platform
import zlib

import numpy
import torch

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def versions():
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
    }


def source(name):
    """A generator of its own for each case, so that a new case changes no other."""
    return numpy.random.default_rng(zlib.crc32(name.encode()))


def drawn(name, shape, low, high, digits=4):
    """Numbers with few digits, none nearer to 0 than the last digit."""
    numbers = numpy.round(source(name).uniform(low, high, shape), digits)
    return numpy.where(numbers == 0, 10.0**-digits, numbers)


def listed(tensor):
    """The entries in row-major order; what JSON lacks becomes text."""
    names = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return [names.get(str(x), x) for x in tensor.detach().double().reshape(-1).tolist()]


def figures(array):
    """Statistics of all entries in float64; of complex ones those of the magnitudes."""
    numbers = numpy.abs(array.astype(complex)) if numpy.iscomplexobj(array) else array
    numbers = numpy.asarray(numbers).astype(numpy.float64).reshape(-1)
    finite = numbers[numpy.isfinite(numbers)]
    some = finite.size > 0
    # A power of two keeps the squares within the range and changes no digit.
    power = 2.0 ** numpy.floor(numpy.log2(numpy.abs(finite).max() or 1)) if some else 1.0
    scaled = finite / power
    return {
        "count": numbers.size,
        "zeros": int((numbers == 0).sum()),
        "nans": int(numpy.isnan(numbers).sum()),
        "infinities": int(numpy.isinf(numbers).sum()),
        "smallest": finite.min() if some else None,
        "largest": finite.max() if some else None,
        "mean": scaled.mean() * power if some else None,
        "deviation": scaled.std() * power if some else None,
        "norm": numpy.linalg.norm(scaled) * power if some else None,
    }


def write(module, name, content):
    """One member or list entry a line, so that a change shows."""
    target = ROOT / "Tests" / module / "Fixtures" / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    parts = []
    for key, value in content.items():
        if isinstance(value, list):
            entries = ",\n".join("  " + json.dumps(entry) for entry in value)
            parts.append(f" {json.dumps(key)}: [\n{entries}\n ]")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
    target.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    print(target, target.stat().st_size, "bytes")
