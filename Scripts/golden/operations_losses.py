"""Writes Tests/ThalwegAutodiffTests/Fixtures/operations_losses.json: losses, forward and backward,
by PyTorch in Double.

Run with torch and NumPy installed: python3 Scripts/golden/operations_losses.py
"""

import torch
from torch.nn import functional as F

from cases import case, save
from golden import drawn

SHAPE = (3, 5)
MASK = torch.tensor([[1.0, 0, 1, 1, 0], [0, 0, 1, 0, 0], [1, 1, 0, 1, 1]])
ROWS = torch.tensor([1.0, 0, 1, 1])
CLASSES = torch.tensor([2, 0, 4, 2])


def bce(weight):
    """Binary cross entropy on logits with the weight of the positive targets."""
    return lambda x, t, reduction="mean": F.binary_cross_entropy_with_logits(
        x, t, reduction=reduction, pos_weight=torch.tensor(weight).double()
    )


# name: variant: the loss with torch's reductions; the range of the targets
PAIRS = {
    "meanSquaredError": ({"": F.mse_loss}, -2, 2),
    "meanAbsoluteError": ({"": F.l1_loss}, -2, 2),
    "huberLoss": (
        {
            "": F.huber_loss,
            "_delta": lambda x, t, reduction="mean": F.huber_loss(
                x, t, reduction=reduction, delta=0.4
            ),
        },
        -2,
        2,
    ),
    "binaryCrossEntropy": ({"": bce(1.0), "_weight": bce(2.5)}, 0, 1),
}


def pairs():
    for name, (variants, low, high) in PAIRS.items():
        for suffix, body in variants.items():
            both = lambda shape: [(shape, -3, 3), (shape, low, high)]
            case(f"{name}.plain{suffix}", both(SHAPE), body)
            case(f"{name}.data{suffix}", both((2, 3, 2)), body, constants=(1,))
            case(f"{name}.scalar{suffix}", both(()), body)
            numbers = [
                torch.tensor(drawn(f"{name}/masked/0", SHAPE, -3, 3)),
                torch.tensor(drawn(f"{name}/masked/1", SHAPE, low, high)),
                MASK,
            ]
            terms = lambda x, t: body(x, t, reduction="none")
            observed = lambda x, t, m: (m * terms(x, t)).sum() / m.sum()
            every = lambda x, t, m: (m * terms(x, t)).mean()
            case(f"{name}.observed{suffix}", None, observed, constants=(2,), values=numbers)
            case(f"{name}.every{suffix}", None, every, constants=(2,), values=numbers)
    case("meanSquaredError.twice", [((2, 3), -2, 2)], lambda x: F.mse_loss(x, x.square()))
    equal = [torch.tensor([0.5, 1.5, 0.5, -2]), torch.full((4,), 0.5)]
    case("meanAbsoluteError.kink", None, F.l1_loss, constants=(1,), values=equal)
    sure = [torch.tensor([40.0, -40, 40, -40, 300, -300]), torch.tensor([1.0, 0, 0, 1, 1, 0])]
    case("binaryCrossEntropy.sure", None, bce(1.0), constants=(1,), values=sure)


def gaussian(full=False, epsilon=1e-6):
    return lambda x, t, v, reduction="mean": F.gaussian_nll_loss(
        x, t, v, full=full, eps=epsilon, reduction=reduction
    )


def gaussians():
    name = "gaussianNegativeLogLikelihood"
    three = lambda shape: [(shape, -2, 2), (shape, -2, 2), (shape, 0.2, 3)]
    case(f"{name}.plain", three(SHAPE), gaussian())
    case(f"{name}.full", three((2, 3, 2)), gaussian(full=True))
    case(f"{name}.data", three(SHAPE), gaussian(), constants=(1,))
    case(f"{name}.fixed", three(SHAPE), gaussian(), constants=(1, 2))
    case(f"{name}.scalar", three(()), gaussian())
    low = torch.tensor([[0.1, 0.3], [0.5, 0.2], [0.05, 0.4]], dtype=torch.float64)
    case(f"{name}.floor", None, gaussian(epsilon=0.25), constants=(1, 2), values=list(low))
    numbers = [
        torch.tensor(drawn(f"{name}/masked/{i}", SHAPE, *ends))
        for i, ends in enumerate([(-2, 2), (-2, 2), (0.2, 3)])
    ] + [MASK]
    terms = lambda x, t, v: gaussian(full=True)(x, t, v, reduction="none")
    observed = lambda x, t, v, m: (m * terms(x, t, v)).sum() / m.sum()
    every = lambda x, t, v, m: (m * terms(x, t, v)).mean()
    case(f"{name}.observed", None, observed, constants=(3,), values=numbers)
    case(f"{name}.every", None, every, constants=(3,), values=numbers)


def entropies():
    logits = ((4, 5), -3, 3)
    name = "classCrossEntropy"
    plain = lambda x: F.cross_entropy(x, CLASSES)
    smooth = lambda x: F.cross_entropy(x, CLASSES, label_smoothing=0.2)
    case(f"{name}.plain", [logits], plain)
    case(f"{name}.smooth", [logits], smooth)
    case(f"{name}.one", [((3,), -3, 3)], lambda x: F.cross_entropy(x, torch.tensor(1)))
    case(
        f"{name}.block",
        [((2, 2, 5), -3, 3)],
        lambda x: F.cross_entropy(x.reshape(4, 5), CLASSES),
    )
    case(f"{name}.far", None, plain, values=[torch.tensor(drawn("far", (4, 5), -3, 3)) * 300])
    case(f"{name}.twice", [((4, 5), -3, 3)], lambda x: plain(x.square()) * plain(x))
    rows = lambda x, m, s=0.0: m * F.cross_entropy(
        x, CLASSES, reduction="none", label_smoothing=s
    )
    numbers = [torch.tensor(drawn(f"{name}/masked", (4, 5), -3, 3)), ROWS]
    masked = {"constants": (1,), "values": numbers}
    case(f"{name}.observed", None, lambda x, m: rows(x, m).sum() / m.sum(), **masked)
    case(f"{name}.every", None, lambda x, m: rows(x, m).mean(), **masked)
    case(f"{name}.observed_smooth", None, lambda x, m: rows(x, m, 0.2).sum() / m.sum(), **masked)

    name = "crossEntropy"
    chances = torch.tensor(drawn(f"{name}/chances", (4, 5), 0, 1))
    chances /= chances.sum(dim=1, keepdim=True)
    numbers = [torch.tensor(drawn(f"{name}/logits", (4, 5), -3, 3)), chances]
    case(f"{name}.plain", None, F.cross_entropy, values=numbers)
    case(f"{name}.data", None, F.cross_entropy, constants=(1,), values=numbers)
    vector = [x[0] for x in numbers]
    case(f"{name}.one", None, F.cross_entropy, values=vector)
    # Rows that do not add up to 1.
    case(f"{name}.free", [logits, ((4, 5), 0, 1)], F.cross_entropy)
    rows = lambda x, t, m: m * F.cross_entropy(x, t, reduction="none")
    masked = {"constants": (2,), "values": numbers + [ROWS]}
    case(f"{name}.observed", None, lambda x, t, m: rows(x, t, m).sum() / m.sum(), **masked)
    case(f"{name}.every", None, lambda x, t, m: rows(x, t, m).mean(), **masked)


for part in (pairs, gaussians, entropies):
    part()
save("operations_losses")
