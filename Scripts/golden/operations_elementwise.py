"""Writes Tests/ThalwegAutodiffTests/Fixtures/operations_elementwise.json: functions of one, two and
three operands, entry by entry, by PyTorch in Double.

Run with torch and NumPy installed: python3 Scripts/golden/operations_elementwise.py
"""

import torch
from torch.nn import functional

from cases import PAIRS, case, save
from golden import source

FUNCTIONS = {
    "leakyRelu": (lambda x: functional.leaky_relu(x, 0.2), -2, 2),
    "clamp": (lambda x: torch.clamp(x, -0.7, 1.1), -2, 2),
    "reciprocal": (torch.reciprocal, 0.3, 3),
    "powerOf": (lambda x: x**2.7, 0.2, 3),
    "expm1": (torch.expm1, -2, 2),
    "logarithm": (torch.log, 0.2, 5),
    "log1p": (torch.log1p, -0.7, 4),
    "tanh": (torch.tanh, -2, 2),
    "erf": (torch.erf, -2, 2),
    "softplus": (functional.softplus, -4, 4),
    "silu": (functional.silu, -4, 4),
    "gelu": (functional.gelu, -3, 3),
    "geluTanh": (lambda x: functional.gelu(x, approximate="tanh"), -3, 3),
}


def functions():
    for name, (body, low, high) in FUNCTIONS.items():
        for variant, shape in {
            "scalar": (),
            "one": (1,),
            "vector": (7,),
            "block": (2, 3, 4),
        }.items():
            case(f"{name}.{variant}", [(shape, low, high)], body)
    kink = [torch.tensor([-1.0, 0.0, 0.5, 0.0, 2.0])]
    case("leakyRelu.kink", None, lambda x: functional.leaky_relu(x, 0.2), values=kink)
    case("clamp.lower", None, lambda x: torch.clamp(x, min=-1.0), values=kink)
    case("clamp.upper", None, lambda x: torch.clamp(x, max=0.5), values=kink)
    case("reciprocal.numerator", [((5,), 0.3, 3)], lambda x: -2.5 / x)
    case("powerOf.negative", [((5,), 0.3, 3)], lambda x: x**-1.5)
    case("powerOf.cube", [((6,), -2, 2)], lambda x: x**3.0)
    case("powerOf.zero", [((4,), -2, 2)], lambda x: x**0.0)


# Fewer numbers than for the plain arithmetic.
SHAPES = PAIRS | {"rank8": ((1, 2, 1, 2, 1, 1, 1, 2), (2, 1, 1, 1, 2, 1, 1, 1))}


def pairs():
    for name, body in {
        "minimum": torch.minimum,
        "maximum": torch.maximum,
        "power": torch.pow,
    }.items():
        # A power's base is positive; its exponent may be negative.
        first, second = ((0.3, 2), (-2, 2)) if name == "power" else ((-2, 2), (-2, 2))
        for variant, (left, right) in SHAPES.items():
            case(f"{name}.{variant}", [(left, *first), (right, *second)], body)
        case(f"{name}.twice", [((2, 3), 0.5, 2)], lambda x, body=body: body(x, x))
        case(
            f"{name}.self_row",
            [((3, 4), 0.5, 2)],
            lambda x, body=body: body(x, x.sum(dim=0, keepdim=True)),
        )
    tie = [torch.tensor([0.5, 1.0, 0.5, -1.0]), torch.tensor([0.5, 0.25, 1.5, 2.0])]
    case("minimum.tie", None, torch.minimum, values=tie)
    case("maximum.tie", None, torch.maximum, values=tie)


def choices():
    for variant, shapes in {
        "same": ((3, 4), (3, 4), (3, 4)),
        "mask_row": ((3, 4), (3, 4), (4,)),
        "left_row": ((4,), (3, 4), (3, 1)),
        "right_scalar": ((2, 3), (), (2, 3)),
        "all_scalars": ((), (), ()),
        "wider_mask": ((3, 1), (4,), (2, 3, 4)),
    }.items():
        name = f"choose.{variant}"
        values = [
            torch.tensor(source(f"{name}/{i}").uniform(-2, 2, shape).round(4))
            for i, shape in enumerate(shapes)
        ]
        values[2] = (values[2] > 0).double()
        body = lambda a, b, m: torch.where(m != 0, a, b)
        case(name, None, body, constants=(2,), values=values)
    mask = torch.tensor([1.0, 0.0, 0.5, 0.0])
    case(
        "choose.twice",
        None,
        lambda x, m: torch.where(m != 0, x, x**2),
        constants=(1,),
        values=[torch.tensor([0.3, -1.2, 2.0, 0.7]), mask],
    )


for part in (functions, pairs, choices):
    part()
save("operations_elementwise")
