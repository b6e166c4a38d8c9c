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


for part in (permutes, slices, broadcasts, joins, shapes, selections):
    part()
save("operations_layout")
