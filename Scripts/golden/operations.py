"""Writes Tests/ThalwegAutodiffTests/Fixtures/operations.json: every operation, forward and
backward, by PyTorch in Double.

Run with torch and NumPy installed: python3 Scripts/golden/operations.py
"""

import torch

from cases import PAIRS, case, save

def leaves():
    case("parameter.alone", [((2, 3), -1, 1)], lambda x: x)
    case("constant.factor", [((2, 3), -1, 1)] * 2, lambda x, c: x * c, constants=(1,))
    case("stopGradient.factor", [((2, 3), -1, 1)] * 2, lambda x, y: x * y.detach())


def binaries():
    for name, body in {
        "add": lambda a, b: a + b,
        "subtract": lambda a, b: a - b,
        "multiply": lambda a, b: a * b,
        "divide": lambda a, b: a / b,
    }.items():
        for variant, (first, second) in PAIRS.items():
            case(f"{name}.{variant}", [(first, -2, 2), (second, 0.5, 2)], body)
        case(f"{name}.twice", [((2, 3), 0.5, 2)], lambda x, body=body: body(x, x))
        # An operand that is used twice under two shapes.
        case(
            f"{name}.self_row",
            [((3, 4), 0.5, 2)],
            lambda x, body=body: body(x, x.sum(dim=0, keepdim=True)),
        )


UNARY = {
    "affine": (lambda x: -1.7 * x + 0.3, -2, 2),
    "relu": (torch.relu, -2, 2),
    "sigmoid": (torch.sigmoid, -4, 4),
    "exponential": (torch.exp, -3, 3),
    "squareRoot": (torch.sqrt, 0.2, 4),
    "square": (torch.square, -2, 2),
    "absolute": (torch.abs, -2, 2),
}


def unary():
    for name, (body, low, high) in UNARY.items():
        for variant, shape in {
            "scalar": (),
            "one": (1,),
            "vector": (7,),
            "block": (2, 3, 4),
        }.items():
            case(f"{name}.{variant}", [(shape, low, high)], body)
    kink = [torch.tensor([-1.0, 0.0, 0.5, 0.0, 2.0])]
    case("relu.kink", None, torch.relu, values=kink)
    case("absolute.kink", None, torch.abs, values=kink)


def reductions():
    for name, body in {"sum": torch.sum, "mean": torch.mean}.items():
        case(f"{name}.all", [((2, 3, 4), -2, 2)], body)
        case(f"{name}.scalar", [((), -2, 2)], body)
        for axis in range(3):
            case(
                f"{name}.axis{axis}",
                [((2, 3, 4), -2, 2)],
                lambda x, body=body, axis=axis: body(x, dim=axis, keepdim=True),
            )
        along = lambda axis, body=body: lambda x: body(x, dim=axis, keepdim=True)
        case(f"{name}.vector", [((5,), -2, 2)], along(0))
        case(f"{name}.ones", [((3, 1), -2, 2)], along(1))
    case("trace.one", [((1, 1), -2, 2)], torch.trace)
    case("trace.four", [((4, 4), -2, 2)], torch.trace)


def products():
    layer = lambda x, w, b: x @ w + b
    weights = [((3, 2), -1, 1), ((2,), -1, 1)]
    case("linear.matrix", [((5, 3), -2, 2)] + weights, layer)
    case("linear.vector", [((3,), -2, 2)] + weights, layer)
    case("linear.batch", [((2, 4, 3), -2, 2)] + weights, layer)
    case(
        "linear.shared",
        [((5, 3), -2, 2)] + weights,
        lambda x, w, b: layer(x, w, b) * layer(2 * x, w, b),
    )
    case("matrixProduct.matrix", [((3, 4), -2, 2), ((4, 2), -2, 2)], torch.matmul)
    case("matrixProduct.row", [((1, 4), -2, 2), ((4, 1), -2, 2)], torch.matmul)
    case("matrixProduct.twice", [((3, 3), -2, 2)], lambda x: x @ x)
    case("matrixProduct.gram", [((3, 2), -2, 2)], lambda x: x @ x.T)


def layouts():
    case("transpose.matrix", [((3, 5), -2, 2)], lambda x: x.T)
    case("transpose.row", [((1, 4), -2, 2)], lambda x: x.T)
    case("reshape.block", [((2, 3, 4), -2, 2)], lambda x: x.reshape(6, 4))
    case("reshape.scalar", [((1, 1), -2, 2)], lambda x: x.reshape(()))
    case("concatenate.one", [((2, 3), -2, 2)], lambda x: x)
    joined = lambda *values: torch.cat(values, dim=-1)
    case("concatenate.three", [((2, 1), -2, 2), ((2, 3), -2, 2), ((2, 2), -2, 2)], joined)
    case("concatenate.twice", [((2, 3), -2, 2)], lambda x: joined(x, x))
    case("concatenate.vectors", [((2,), -2, 2), ((3,), -2, 2)], joined)
    case("concatenate.block", [((2, 3, 1), -2, 2), ((2, 3, 2), -2, 2)], joined)


def largest(k):
    def body(x):
        mask = torch.zeros(x.numel(), dtype=x.dtype)
        mask[torch.topk(x.detach().reshape(-1), k).indices] = 1
        return x * mask.reshape(x.shape)

    return body


def choices():
    case("topK.one", [((5,), -2, 2)], largest(1))
    case("topK.some", [((2, 4), -2, 2)], largest(3))
    case("topK.all", [((4,), -2, 2)], largest(4))
    case("largestMask.factor", [((2, 4), -2, 2)], largest(3))


for part in (leaves, binaries, unary, reductions, products, layouts, choices):
    part()
save("operations")
