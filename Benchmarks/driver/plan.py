"""What is measured: the rows of the results, with their goals."""

from typing import NamedTuple


class Row(NamedTuple):
    """A workload at one size."""

    name: str
    workload: str
    options: tuple = ()
    goal: float | None = None
    """How many times the best peer's time is ours, at least."""
    seen: dict = {}
    """Microseconds of a step of each framework on the machine where the goals were set."""
    bandwidth_goal: float | None = None
    """The least share of a copy's bandwidth."""
    even: str | None = None
    """For an odd size: the row that it is compared with."""
    without: dict = {}
    """Sides that are left out, each with the reason."""


OURS = "thalweg"
PEERS = {
    "torch eager": ("torch_peer.py", "eager"),
    "torch.compile": ("torch_peer.py", "compile"),
    "jax.jit": ("jax_peer.py", "jit"),
    "jax.lax.scan": ("jax_peer.py", "scan"),
}
APART = "jax.lax.scan"
"""Reads the loss once in 100 steps, so it is no whole step and stands apart."""
COMPARED = tuple(side for side in PEERS if side != APART)

MEMORY_BOUND = {"goal": 1.5, "bandwidth_goal": 0.7}
# XLA makes one loop of 100 steps around the loops of an LSTM.
NO_SCAN = {APART: "left out: it compiles for more than 4 minutes (strain; not tried for lstm), not compared"}
# 2 n^3 operations at 210 and 211 GFLOP/s.
PRODUCT_SEEN = {"torch": 10_226, "jax": 10_178}

ROWS = (
    Row("product", "product", goal=2.2, seen=PRODUCT_SEEN),
    Row("mlp", "mlp", goal=8, seen={"torch": 303, "jax": 115}),
    Row(
        "mlp-large",
        "mlp",
        ("--sizes", "256,512,512,256", "--batch", "256"),
        goal=2.3,
        seen={"torch": 4_700, "jax": 5_900},
    ),
    Row("transformer", "transformer", goal=2.5, seen={"torch": 13_300, "jax": 6_200}),
    Row("strain", "strain", goal=2, seen={"torch": 21_000}, without=NO_SCAN),
    Row("rc-gnn", "rc-gnn", goal=6, seen={"torch": 1_500, "jax": 320}),
    Row("lstm", "lstm", goal=1.5, without=NO_SCAN),
    Row("layer-norm", "layer-norm", **MEMORY_BOUND),
    Row("softmax", "softmax", **MEMORY_BOUND),
    Row("gelu", "gelu", **MEMORY_BOUND),
    Row("adam", "adam", **MEMORY_BOUND),
    Row("mlp-odd", "mlp", ("--sizes", "33,61,67,29", "--batch", "31"), even="mlp"),
    Row("transformer-odd", "transformer", ("--sizes", "15,97,63,7,253"), even="transformer"),
)

ODD_SHARE = 0.8
"""How much of the even size's ratio an odd size keeps, at least."""
LOSS_TOLERANCES = {1: 1e-5, 100: 1e-3}
"""By the number of steps: how far losses may be apart, relative."""
CHECK_TOLERANCE = 1e-5
SEEN_TOLERANCE = 1.15
MEMORY_SHARE = 0.2
START_UP_MILLISECONDS = 20


def chosen(names):
    """The rows of the given names, or of the given workloads; all without any."""
    known = {row.name for row in ROWS} | {row.workload for row in ROWS}
    for name in names:
        if name not in known:
            raise ValueError(f"unknown workload '{name}'; known: {', '.join(sorted(known))}")
    return [row for row in ROWS if not names or {row.name, row.workload} & set(names)]
