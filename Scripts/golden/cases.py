"""Cases of operations, forward and backward, by PyTorch in Double; shared by the scripts that write
Tests/ThalwegAutodiffTests/Fixtures/operations*.json."""

import torch

from golden import drawn, listed, versions, write

CASES = []

# Shapes of two operands that broadcast.
PAIRS = {
    "same": ((3, 4), (3, 4)),
    "row": ((3, 4), (4,)),
    "left_row": ((4,), (3, 4)),
    "outer": ((3, 1), (1, 4)),
    "scalar_left": ((), (2, 3)),
    "scalar_right": ((2, 3), ()),
    "scalars": ((), ()),
    "ones": ((1,), (1, 1)),
    "both": ((2, 1, 3), (4, 1)),
    "inner": ((2, 3, 4), (3, 1)),
    "middle": ((2, 3, 4), (2, 1, 4)),
    "rank8": ((1, 2, 1, 2, 1, 2, 1, 2), (2, 1, 2, 1, 2, 1, 1, 1)),
}


def case(name, inputs, body, constants=(), values=None):
    """inputs: (shape, low, high) each; constants: indices of inputs that are data."""
    numbers = values or [
        drawn(f"{name}/{index}", shape, low, high)
        for index, (shape, low, high) in enumerate(inputs)
    ]
    leaves = [torch.as_tensor(x).double().clone() for x in numbers]
    for index, leaf in enumerate(leaves):
        leaf.requires_grad_(index not in constants)
    output = body(*leaves)
    weights = torch.tensor(drawn(f"{name}/weights", tuple(output.shape), -2, 2))
    wanted = [leaf for leaf in leaves if leaf.requires_grad]
    came = iter(torch.autograd.grad((output * weights).sum(), wanted, allow_unused=True))
    gradients = [next(came) if leaf.requires_grad else None for leaf in leaves]
    CASES.append(
        {
            "name": name,
            "inputs": [{"shape": list(x.shape), "values": listed(x)} for x in leaves],
            "weights": listed(weights),
            "shape": list(output.shape),
            "output": listed(output),
            "gradients": [None if g is None else listed(g) for g in gradients],
        }
    )


def save(name):
    write("ThalwegAutodiffTests", name, {"versions": versions(), "cases": CASES})
