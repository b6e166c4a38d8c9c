"""Prints the coefficients of the polynomials in Sources/CKernels/functions.h, with the relative error
that each leaves before any rounding of the evaluation.

Minimax by linear programming over a grid of Chebyshev points: the largest weighted error is made
small. The coefficients are then rounded to Float one after the other, from the lowest on, and the
others fitted again each time.

Run with NumPy, SciPy and mpmath installed: python3 Scripts/coefficients.py
"""

import mpmath
import numpy
from scipy.optimize import linprog

mpmath.mp.dps = 40


def grid(low, high, count=300):
    k = numpy.arange(count)
    return (low + high) / 2 + (high - low) / 2 * numpy.cos(numpy.pi * (k + 0.5) / count)


def fit(x, wanted, weight, degree, scale):
    """Coefficients c with the smallest largest |weight (sum c_k x^k - wanted)|, lowest first."""
    fixed = []
    for first in range(degree + 2):
        # What is left after the coefficients that are rounded already.
        rest = wanted - sum(c * x**k for k, c in enumerate(fixed))
        powers = list(range(first, degree + 1))
        if not powers:
            return fixed, numpy.max(numpy.abs(weight * rest))
        columns = numpy.stack([weight * (x / scale) ** k for k in powers], axis=1) * 1e5
        ones = numpy.ones((len(x), 1))
        target = weight * rest * 1e5
        result = linprog(
            [0.0] * len(powers) + [1.0],
            A_ub=numpy.block([[columns, -ones], [-columns, -ones]]),
            b_ub=numpy.concatenate([target, -target]),
            bounds=[(None, None)] * len(powers) + [(0, None)],
            method="highs",
        )
        fixed.append(float(numpy.float32(result.x[0] / scale**first)))


def exact(function, x):
    return numpy.array([float(function(mpmath.mpf(float(v)))) for v in x])


def show(name, fitted):
    coefficients, error = fitted
    print(f"{name}: relative error {error:.2e} = 2^{numpy.log2(error):.1f}")
    for k, c in enumerate(coefficients):
        print(f"  {k}: {c:.9g}f")


def logarithm(degree):
    """log(1 + f) = f - f^2 / 2 + f^3 P(f) for 1 + f from sqrt(1/2) to sqrt(2)."""
    x = grid(0.5**0.5 - 1, 2**0.5 - 1)
    wanted = exact(lambda f: (mpmath.log1p(f) - f + f * f / 2) / f**3, x)
    return fit(x, wanted, exact(lambda f: f**3 / mpmath.log1p(f), x), degree, 0.4)


def error_function(degree):
    """erf(a) = 1 - exp(-a - a Q(a)) for a from 0 to 4, weighted by what an error of Q does to erf."""
    x = grid(0, 4)
    wanted = exact(lambda a: -mpmath.log(mpmath.erfc(a)) / a - 1, x)
    return fit(x, wanted, exact(lambda a: a * mpmath.erfc(a) / mpmath.erf(a), x), degree, 4)


show("logarithm", logarithm(7))
show("error function", error_function(8))
