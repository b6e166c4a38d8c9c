"""Writes Tests/ThalwegAutodiffTests/Fixtures/operations_reductions.json: reductions, softmax and
its logarithm, forward and backward, by PyTorch in Double.

Run with torch and NumPy installed: python3 Scripts/golden/operations_reductions.py
"""

import math

import torch

from cases import case, save

norm = torch.linalg.vector_norm
AXES = (0, 1, 2)


def over(dim):
    """All axes as a tuple, for the functions that have no form without one."""
    return AXES if dim is None else dim


# name: (over all entries or along an axis, over one entry)
REDUCTIONS = {
    "variance": (
        lambda x, dim=None, keepdim=False: torch.var(x, dim=dim, correction=1, keepdim=keepdim),
        lambda x, dim=None, keepdim=False: torch.var(x, dim=dim, correction=0, keepdim=keepdim),
    ),
    "standardDeviation": (
        lambda x, dim=None, keepdim=False: torch.std(x, dim=dim, correction=1, keepdim=keepdim),
        lambda x, dim=None, keepdim=False: torch.std(x, dim=dim, correction=0, keepdim=keepdim),
    ),
    "smallest": (
        lambda x, dim=None, keepdim=False: torch.amin(x, dim=() if dim is None else dim, keepdim=keepdim),
    ),
    "largest": (
        lambda x, dim=None, keepdim=False: torch.amax(x, dim=() if dim is None else dim, keepdim=keepdim),
    ),
    "logSumExp": (
        lambda x, dim=None, keepdim=False: torch.logsumexp(
            x, dim=tuple(range(x.dim())) if dim is None else dim, keepdim=keepdim
        ),
    ),
    "l1Norm": (lambda x, dim=None, keepdim=False: norm(x, 1, dim=dim, keepdim=keepdim),),
    "l2Norm": (lambda x, dim=None, keepdim=False: norm(x, 2, dim=dim, keepdim=keepdim),),
    "infinityNorm": (
        lambda x, dim=None, keepdim=False: norm(x, math.inf, dim=dim, keepdim=keepdim),
    ),
}


def reductions():
    for name, bodies in REDUCTIONS.items():
        many, one = bodies[0], bodies[-1]
        case(f"{name}.all", [((2, 3, 5), -2, 2)], lambda x: many(x))
        case(f"{name}.scalar", [((), -2, 2)], lambda x: one(x))
        for axis in AXES:
            # Of two entries the deviation has a kink where they are equal.
            shape = (2, 3, 5) if axis else (3, 2, 5)
            case(f"{name}.axis{axis}", [(shape, -2, 2)], lambda x: many(x, axis, True))
        case(f"{name}.vector", [((5,), -2, 2)], lambda x: many(x, 0, True))
        case(f"{name}.ones", [((3, 1), -2, 2)], lambda x: one(x, 1, True))
        case(f"{name}.dropped", [((2, 3, 5), -2, 2)], lambda x: many(x, 1))
        case(f"{name}.transposed", [((3, 5), -2, 2)], lambda x: many(x.T, 0, True))
        case(f"{name}.twice", [((3, 5), -2, 2)], lambda x: x * many(x, 1, True))
    for name, body in {"sum": torch.sum, "mean": torch.mean}.items():
        case(f"{name}.dropped", [((2, 3, 5), -2, 2)], lambda x: body(x, dim=1))
        case(f"{name}.dropped_first", [((2, 3), -2, 2)], lambda x: body(x, dim=0))


def special():
    ties = [torch.tensor([[3.0, 1.5, 3, -1], [3, 0.5, 3, 2]])]
    for name, sign in {"smallest": -1, "largest": 1, "infinityNorm": 1}.items():
        body = REDUCTIONS[name][0]
        numbers = [sign * ties[0]]
        case(f"{name}.ties", None, lambda x: body(x), values=numbers)
        case(f"{name}.ties_axis", None, lambda x: body(x, 1, True), values=numbers)
        case(f"{name}.ties_outer", None, lambda x: body(x, 0, True), values=numbers)
    case("l1Norm.kink", None, lambda x: norm(x, 1), values=[torch.tensor([1.0, 0, -0.5, 0, 2])])
    zeros = [torch.zeros(2, 3)]
    for name, order in {"l2Norm": 2, "infinityNorm": math.inf}.items():
        case(f"{name}.zeros", None, lambda x: norm(x, order, dim=1), values=zeros)
    constant = [torch.tensor([[2.0, 2, 2], [1, 1.5, 0.5]])]
    case("standardDeviation.constant", None, lambda x: torch.std(x, dim=1), values=constant)
    shifted = [torch.tensor([[800.0, 801, 799.5], [-900, -902, -901]])]
    case("logSumExp.far", None, lambda x: torch.logsumexp(x, dim=1), values=shifted)
    for name, body in {"softmax": torch.softmax, "logSoftmax": torch.log_softmax}.items():
        case(f"{name}.far", None, lambda x: body(x, dim=1), values=shifted)


def softmaxes():
    for name, body in {"softmax": torch.softmax, "logSoftmax": torch.log_softmax}.items():
        for axis in AXES:
            case(f"{name}.axis{axis}", [((2, 3, 5), -2, 2)], lambda x: body(x, dim=axis))
        case(f"{name}.vector", [((5,), -2, 2)], lambda x: body(x, dim=0))
        case(f"{name}.ones", [((3, 1), -2, 2)], lambda x: body(x, dim=1))
        case(f"{name}.wide", [((2, 37), -3, 3)], lambda x: body(x, dim=1))
        case(f"{name}.transposed", [((3, 5), -2, 2)], lambda x: body(x.T, dim=1))
        case(f"{name}.twice", [((3, 5), -2, 2)], lambda x: x * body(x, dim=1))


for part in (reductions, special, softmaxes):
    part()
save("operations_reductions")
