"""Writes Tests/ThalwegAutodiffTests/Fixtures/operations_norm.json: products of batches, convolution,
pooling and normalizations, forward and backward, by PyTorch in Double.

Run with torch and NumPy installed: python3 Scripts/golden/operations_norm.py
"""

import torch
from torch.nn import functional

from cases import case, save

BATCHES = {
    "batch": ((2, 3, 2), (2, 2, 3)),
    "plain_right": ((2, 2, 3, 2), (2, 3)),
    "one_right": ((2, 2, 3), (1, 3, 2)),
    "plain_left": ((3, 2), (2, 2, 3)),
    "outer": ((2, 1, 2, 3), (3, 3, 1)),
    "crossed": ((2, 1, 1, 2), (1, 3, 2, 2)),
    "nine": ((9, 1, 2), (9, 2, 2)),
    "inner_one": ((2, 2, 1), (2, 1, 3)),
    "no_inner": ((2, 2, 0), (2, 0, 3)),
}


def products():
    for name, (first, second) in BATCHES.items():
        case(f"matrixProduct.{name}", [(first, -2, 2), (second, -2, 2)], torch.matmul)
    case("matrixProduct.squares", [((2, 3, 3), -2, 2)], lambda x: x @ x)
    case("matrixProduct.self_row", [((2, 2, 2), -2, 2)], lambda x: x @ x.sum(0, keepdim=True))
    case("matrixProduct.row_self", [((2, 2, 2), -2, 2)], lambda x: x.sum(0, keepdim=True) @ x)
    for power in (1, 2, 3, 6):
        body = lambda x, power=power: torch.linalg.matrix_power(x, power)
        case(f"matrixProduct.power{power}", [((2, 3, 3), -1, 1)], lambda x, b=body: b(x) @ x)
    case("matrixProduct.power0", [((2, 2), -1, 1)], lambda x: torch.linalg.matrix_power(x, 0) @ x)


CONVOLUTIONS = {
    "plain": ((2, 2, 5), (3, 2, 3), {}),
    "point": ((2, 3, 4), (2, 3, 1), {}),
    "strided": ((2, 2, 7), (2, 2, 3), {"stride": 2}),
    "padded": ((1, 2, 4), (2, 2, 3), {"padding": 2}),
    "dilated": ((2, 1, 7), (2, 1, 3), {"dilation": 2}),
    "all": ((2, 2, 9), (2, 2, 3), {"stride": 2, "padding": 3, "dilation": 2}),
    "whole": ((2, 2, 3), (2, 2, 3), {}),
    "wide_padding": ((1, 1, 2), (1, 1, 2), {"padding": 4, "stride": 3}),
}


def convolutions():
    for name, (x, weight, options) in CONVOLUTIONS.items():
        inputs = [(x, -2, 2), (weight, -1, 1), ((weight[0],), -1, 1)]
        body = lambda x, w, b, options=options: functional.conv1d(x, w, b, **options)
        case(f"convolution.{name}", inputs, body)
    case("convolution.no_bias", [((2, 2, 5), -2, 2), ((3, 2, 2), -1, 1)], functional.conv1d)
    case(
        "convolution.twice",
        [((2, 2, 6), -2, 2), ((2, 2, 3), -1, 1)],
        lambda x, w: functional.conv1d(functional.conv1d(x, w), w),
    )


POOLS = {
    "plain": (5, {"kernel_size": 2}),
    "overlapping": (6, {"kernel_size": 3, "stride": 1}),
    "padded": (5, {"kernel_size": 3, "stride": 2, "padding": 1}),
    "wide": (3, {"kernel_size": 5, "stride": 1, "padding": 2}),
    "sparse": (7, {"kernel_size": 2, "stride": 4}),
    "long": (40, {"kernel_size": 33, "stride": 5, "padding": 4}),
}


def pools():
    for name, (length, options) in POOLS.items():
        shape = [((2, 1, length), -2, 2)]
        case(f"averagePool.{name}", shape, lambda x, o=options: functional.avg_pool1d(x, **o))
        case(f"maximumPool.{name}", shape, lambda x, o=options: functional.max_pool1d(x, **o))
    uncounted = {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False}
    case(
        "averagePool.uncounted",
        [((2, 2, 5), -2, 2)],
        lambda x: functional.avg_pool1d(x, **uncounted),
    )
    for outputs in (1, 3, 5, 7):
        shape = [((2, 2, 5), -2, 2)]
        case(
            f"averagePool.adaptive{outputs}",
            shape,
            lambda x, n=outputs: functional.adaptive_avg_pool1d(x, n),
        )
        case(
            f"maximumPool.adaptive{outputs}",
            shape,
            lambda x, n=outputs: functional.adaptive_max_pool1d(x, n),
        )


def normalizations():
    for name, shape in {"matrix": (3, 5), "vector": (7,), "block": (2, 2, 4)}.items():
        row = ((shape[-1],), 0.5, 2)
        body = lambda x, g, b: functional.layer_norm(x, x.shape[-1:], g, b, 1e-3)
        case(f"layerNormalize.{name}", [(shape, -2, 2), row, row], body)
    case(
        "layerNormalize.plain",
        [((3, 4), -2, 2)],
        lambda x: functional.layer_norm(x, (4,)),
    )
    case(
        "layerNormalize.gain",
        [((3, 4), -2, 2), ((4,), -2, 2)],
        lambda x, g: functional.layer_norm(x, (4,), g),
    )
    case(
        "layerNormalize.twice",
        [((3, 4), -2, 2)],
        lambda x: functional.layer_norm(x, (4,), x.sum(0), x.sum(0)),
    )
    for name, shape, groups in (
        ("matrix", (3, 6), 2),
        ("one_group", (2, 3, 4), 1),
        ("channels", (2, 3, 4), 3),
        ("some", (2, 4, 3), 2),
        ("image", (2, 4, 2, 3), 2),
    ):
        row = ((shape[1],), 0.5, 2)
        body = lambda x, g, b, n=groups: functional.group_norm(x, n, g, b, 1e-3)
        case(f"groupNormalize.{name}", [(shape, -2, 2), row, row], body)
    case("groupNormalize.plain", [((2, 4, 3), -2, 2)], lambda x: functional.group_norm(x, 2))
    training = lambda x, g=None, b=None: functional.batch_norm(
        x, None, None, g, b, training=True, eps=1e-3
    )
    for name, shape in {
        "matrix": (5, 3),
        "block": (3, 2, 4),
        "length_one": (4, 2, 1),
        "one_sample": (1, 2, 5),
        "one_channel": (4, 1),
    }.items():
        row = ((shape[1],), 0.5, 2)
        case(f"batchNormalize.{name}", [(shape, -2, 2), row, row], training)
        given = [(shape, -2, 2), row, row, ((shape[1],), -1, 1), ((shape[1],), 0.2, 2)]
        case(
            f"batchNormalizeGiven.{name}",
            given,
            lambda x, g, b, m, v: functional.batch_norm(x, m, v, g, b, eps=1e-3),
            constants=(3, 4),
        )
    case("batchNormalize.plain", [((4, 2), -2, 2)], training)
    case(
        "batchNormalizeGiven.plain",
        [((1, 2), -2, 2), ((2,), -1, 1), ((2,), 0.2, 2)],
        lambda x, m, v: functional.batch_norm(x, m, v, eps=1e-3),
        constants=(1, 2),
    )
    case(
        "batchNormalize.twice",
        [((4, 2), -2, 2)],
        lambda x: training(x, x.sum(0), x.sum(0)),
    )


for part in (products, convolutions, pools, normalizations):
    part()
save("operations_norm")
