"""Writes Tests/ThalwegAutodiffTests/Fixtures/operations_layout.json: layout, indices and choices,
forward and backward, by PyTorch in Double.

Run with torch and NumPy installed: python3 Scripts/golden/operations_layout.py
"""

import torch

from cases import case, save

BLOCK = [((2, 3, 4), -2, 2)]


def permutes():
    orders = {
        "inner": (0, 2, 1),
        "outer": (1, 0, 2),
        "turned": (2, 0, 1),
        "reversed": (2, 1, 0),
        "same": (0, 1, 2),
    }
    for name, order in orders.items():
        case(f"permute.{name}", BLOCK, lambda x, order=order: x.permute(order))
    order = (7, 1, 5, 0, 3, 2, 6, 4)
    case("permute.rank8", [((1, 2, 1, 2, 1, 2, 1, 2), -2, 2)], lambda x: x.permute(order))
    # Only an axis of extent 1 moves.
    case("permute.view", [((1, 3, 2), -2, 2)], lambda x: x.permute(1, 0, 2) ** 2)
    case("permute.one", [((3,), -2, 2)], lambda x: x)
    case("permute.empty", [((2, 0, 3), -2, 2), ((3, 1, 1), -2, 2)], lambda x, y: x.permute(2, 1, 0) * y)
    case("permute.twice", BLOCK, lambda x: x.permute(1, 2, 0) * x.permute(1, 2, 0) + x.permute(1, 2, 0))
    case("permute.self", [((3, 3), -2, 2)], lambda x: x.permute(1, 0) * x)
    case("permute.chain", BLOCK, lambda x: x[:, 1:].permute(2, 1, 0)[::2].permute(1, 0, 2))
    case("permute.axes", BLOCK, lambda x: x.transpose(0, 2))


def slices():
    case("slice.axis0", BLOCK, lambda x: x[1:2])
    case("slice.axis1", BLOCK, lambda x: x[:, 1:3])
    case("slice.axis2", BLOCK, lambda x: x[:, :, 1:3])
    case("slice.step0", [((5, 2), -2, 2)], lambda x: x[0:5:2])
    case("slice.step1", [((2, 7, 3), -2, 2)], lambda x: x[:, 1:6:3])
    case("slice.step2", [((2, 7), -2, 2)], lambda x: x[:, 1:7:2])
    case("slice.vector", [((7,), -2, 2)], lambda x: x[2:6])
    case("slice.whole", BLOCK, lambda x: x[:, 0:3])
    case("slice.nothing", BLOCK + [((4,), -2, 2)], lambda x, y: x[:, 2:2] * y)
    case("slice.view", [((1, 4, 3), -2, 2)], lambda x: x[:, 1:3] ** 2)
    case("slice.overlap", [((5, 2), -2, 2)], lambda x: x[0:3] * x[1:4] + x[2:5])
    case("slice.with_whole", [((3, 2), -2, 2)], lambda x: x * x[1:2])
    case("slice.chunk", [((2, 6), -2, 2)], lambda x: x[:, 2:4] * x[:, 4:6])


def broadcasts():
    case("broadcast.row", [((4,), -2, 2)], lambda x: x.broadcast_to(3, 4))
    case("broadcast.column", [((3, 1), -2, 2)], lambda x: x.broadcast_to(3, 4))
    case("broadcast.middle", [((2, 1, 3), -2, 2)], lambda x: x.broadcast_to(2, 4, 3))
    case("broadcast.scalar", [((), -2, 2)], lambda x: x.broadcast_to(2, 3))
    case("broadcast.ranks", [((3, 1), -2, 2)], lambda x: x.broadcast_to(2, 3, 2))
    case("broadcast.ones", [((1,), -2, 2)], lambda x: x.broadcast_to(1, 1, 1))
    case("broadcast.nothing", [((3, 1), -2, 2)], lambda x: x.broadcast_to(3, 0))
    case("broadcast.twice", [((1, 3), -2, 2)], lambda x: x.broadcast_to(2, 3) * x.broadcast_to(4, 1, 3))


def joins():
    pair = [((2, 3, 2), -2, 2)]
    for axis, other in enumerate([(1, 3, 2), (2, 2, 2), (2, 3, 3)]):
        case(
            f"concatenate.axis{axis}",
            pair + [(other, -2, 2)],
            lambda x, y, axis=axis: torch.cat([x, y], dim=axis),
        )
    case(
        "concatenate.empty",
        [((2, 3), -2, 2), ((0, 3), -2, 2)],
        lambda x, y: torch.cat([x, y, x[:, :]], dim=0),
    )
    case("concatenate.columns", [((3, 1), -2, 2)] * 3, lambda *x: torch.cat(x, dim=1))
    for axis in range(3):
        case(
            f"stack.axis{axis}",
            [((2, 3), -2, 2)] * 2,
            lambda x, y, axis=axis: torch.stack([x, y], dim=axis),
        )
    case("stack.scalars", [((), -2, 2)] * 3, lambda *x: torch.stack(x))
    case("stack.one", [((3,), -2, 2)], lambda x: torch.stack([x], dim=1))
    case("stack.twice", [((2, 2), -2, 2)], lambda x: torch.stack([x, x.T, x], dim=1))
    case("stack.empty", [((0, 2), -2, 2)], lambda x: torch.stack([x, x]).sum(dim=1))


def shapes():
    case("reshape.flattened", BLOCK, lambda x: x.flatten(1))
    case("reshape.inserted", [((2, 3), -2, 2)], lambda x: x.unsqueeze(1))
    case("reshape.removed", [((2, 1, 3), -2, 2)], lambda x: x.squeeze(1))


def selections():
    places = lambda *numbers: torch.tensor(numbers)
    case("indices.rows", [((3, 2), -2, 2)], lambda x: x[[2, 0, 2]])
    case("select.rows", [((4, 3), -2, 2)], lambda x: x[torch.tensor([[3, 1], [0, 3]])])
    case("select.axis1", BLOCK, lambda x: x.index_select(1, places(2, 0)))
    case("select.axis2", BLOCK, lambda x: x.index_select(2, places(3, 3, 0, 1, 2)))
    case("select.block", BLOCK, lambda x: x[:, torch.tensor([[2, 1], [0, 2]])])
    case("select.scalar", BLOCK, lambda x: x[:, 1])
    case("select.vector", [((5,), -2, 2)], lambda x: x[[4, 4, 4]])
    case("select.none", [((3, 2), -2, 2), ((2,), -2, 2)], lambda x, y: x[[]] * y)
    case("select.twice", [((3, 2), -2, 2)], lambda x: x[[0, 1]] * x[[1, 2]] + x[[2, 2]])


def at(base, source, places, axis):
    return base.scatter_add(axis, torch.tensor(places), source)


def lanes():
    first = [[[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 0]]]
    case("gather.axis0", BLOCK, lambda x: x.gather(0, torch.tensor(first)))
    middle = [[[2, 0, 1, 1], [2, 2, 0, 1]], [[0, 0, 0, 0], [1, 2, 1, 2]]]
    case("gather.axis1", BLOCK, lambda x: x.gather(1, torch.tensor(middle)))
    inner = [[[3, 3, 0, 1, 2]] * 3, [[0, 1, 2, 3, 3]] * 3]
    case("gather.axis2", BLOCK, lambda x: x.gather(2, torch.tensor(inner)))
    case("gather.vector", [((5,), -2, 2)], lambda x: x[[4, 4, 0]])
    case("gather.none", [((2, 3), -2, 2), ((2, 1), -2, 2)], lambda x, y: x[:, []] * y)
    pick = torch.tensor([[2], [0]])
    case("gather.twice", [((2, 3), -2, 2)], lambda x: x.gather(1, pick) * x)
    case(
        "scatterAdd.axis0",
        [((2, 3, 4), -2, 2), ((1, 3, 4), -2, 2)],
        lambda x, y: at(x, y, first, 0),
    )
    case(
        "scatterAdd.axis1",
        [((2, 3, 4), -2, 2), ((2, 2, 4), -2, 2)],
        lambda x, y: at(x, y, middle, 1),
    )
    case(
        "scatterAdd.axis2",
        [((2, 3, 4), -2, 2), ((2, 3, 5), -2, 2)],
        lambda x, y: at(x, y, inner, 2),
    )
    case("scatterAdd.vector", [((3,), -2, 2), ((4,), -2, 2)], lambda x, y: at(x, y, [1, 1, 1, 2], 0))
    case("scatterAdd.self", [((2, 2), -2, 2)], lambda x: at(x, x, [[1, 1], [0, 1]], 1))
    case("scatterAdd.none", [((3,), -2, 2)], lambda x: x)
    hot = lambda places, classes: torch.nn.functional.one_hot(torch.tensor(places), classes)
    case("oneHot.block", [((2, 2, 4), -2, 2)], lambda x: x * hot([[3, 0], [1, 1]], 4))
    case("oneHot.scalar", [((3,), -2, 2)], lambda x: x * hot(1, 3))


def choices():
    for name, best in {"argMaximum": torch.max, "argMinimum": torch.min}.items():
        for axis in range(3):
            case(
                f"{name}.axis{axis}",
                BLOCK,
                lambda x, axis=axis, best=best: best(x, dim=axis, keepdim=True).values,
            )
    for axis in range(3):
        case(f"argSort.axis{axis}", BLOCK, lambda x, axis=axis: x.sort(dim=axis).values)
        case(
            f"argSort.down{axis}",
            BLOCK,
            lambda x, axis=axis: x.sort(dim=axis, descending=True).values ** 2,
        )
    case("argSort.top", [((3, 5), -2, 2)], lambda x: x.topk(2, dim=1).values)
    case("argSort.top0", [((5, 2), -2, 2)], lambda x: x.topk(3, dim=0).values)
    case("argSort.long", [((37,), -2, 2)], lambda x: x.sort(dim=0).values)
    case("argSort.empty", [((2, 0), -2, 2), ((2, 1), -2, 2)], lambda x, y: x.sort(dim=1).values * y)
    for axis in range(3):
        case(f"cumulativeSum.axis{axis}", BLOCK, lambda x, axis=axis: x.cumsum(axis))
    case("cumulativeSum.wide", [((2, 70), -2, 2)], lambda x: x.cumsum(0).sum(1))
    case("cumulativeSum.empty", [((0, 2), -2, 2), ((2,), -2, 2)], lambda x, y: x.cumsum(0) * y)
    case("cumulativeSum.twice", [((4,), -2, 2)], lambda x: x.cumsum(0) * x + x.cumsum(0).cumsum(0))


def through(x, choice):
    """The straight-through estimate: the value of the choice, the gradient of the identity."""
    return x + (choice - x).detach()


def hardest(x, axis):
    return torch.zeros_like(x).scatter(axis, x.argmax(dim=axis, keepdim=True), 1.0)


def mask(x, k):
    chosen = torch.zeros(x.numel(), dtype=x.dtype)
    chosen[torch.topk(x.detach().reshape(-1), k).indices] = 1
    return chosen.reshape(x.shape)


def estimates():
    forms = {
        "round": torch.round,
        "step": lambda x: (x > 0.25).to(x.dtype),
        "hardMaximum": lambda x: hardest(x, 1),
        "largestMask": lambda x: mask(x, 5),
    }
    for name, body in forms.items():
        # With its own factor, so that a derivative beside the estimate stays exact.
        pair = BLOCK * 2
        case(f"{name}.cut", pair, lambda x, y, body=body: x * body(y).detach())
        case(f"{name}.through", pair, lambda x, y, body=body: x * through(y, body(y)))
        case(f"{name}.both", BLOCK, lambda x, body=body: through(x, body(x)) * x)
    case("round.scalar", [((), -9, 9), ((), -2, 2)], lambda x, y: through(x, x.round()) * y)
    for axis in (0, 2):
        case(
            f"hardMaximum.axis{axis}",
            BLOCK * 2,
            lambda x, y, axis=axis: x * through(y, hardest(y, axis)),
        )


for part in (
    permutes, slices, broadcasts, joins, shapes, selections, lanes, choices, estimates
):  # fmt: skip
    part()
save("operations_layout")
