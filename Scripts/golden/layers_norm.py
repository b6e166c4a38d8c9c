"""Writes Tests/ThalwegNNTests/Fixtures/layers_norm.json: embeddings, convolutions and
normalizations; and Tests/ThalwegTrainingTests/Fixtures/batch_norm.json: the running statistics of a
batch normalization over several steps.

Run with torch and NumPy installed: python3 Scripts/golden/layers_norm.py
"""

import torch

from golden import drawn, listed, versions, write
from layer_cases import layer_case, same, save


def both(module):
    return [("weight", module.weight, same), ("bias", module.bias, same)]


table = torch.nn.Embedding(5, 3)
layer_case(
    "Embedding.matrix",
    table,
    [torch.tensor([[4, 0, 4], [1, 4, 2]])],
    [("weight", table.weight, same)],
    data=(0,),
)
table = torch.nn.Embedding(3, 2)
layer_case(
    "Embedding.one", table, [torch.tensor(2)], [("weight", table.weight, same)], data=(0,)
)

for name, options in {
    "plain": {},
    "all": {"stride": 2, "padding": 2, "dilation": 2},
    "no_bias": {"padding": 1, "bias": False},
}.items():
    module = torch.nn.Conv1d(3, 4, 3, **options)
    parameters = [("weight", module.weight, same)]
    if module.bias is not None:
        parameters = both(module)
    layer_case(f"Conv1d.{name}", module, [((2, 3, 7), -2, 2)], parameters)

for name, shape in {"matrix": (3, 6), "block": (2, 3, 6)}.items():
    module = torch.nn.LayerNorm(6)
    layer_case(f"LayerNorm.{name}", module, [(shape, -2, 2)], both(module))
# Groups of three: of two numbers the derivative is 0 but for epsilon, and Float shows rounding alone.
for name, shape in {"block": (2, 6, 4), "matrix": (3, 6)}.items():
    module = torch.nn.GroupNorm(2, 6)
    layer_case(f"GroupNorm.{name}", module, [(shape, -2, 2)], both(module))
for name, shape in {"matrix": (5, 3), "block": (2, 3, 4)}.items():
    module = torch.nn.BatchNorm1d(3)
    layer_case(f"BatchNorm1d.{name}", module, [(shape, -2, 2)], both(module))
# A rate of 0 keeps every entry; other rates are a matter of drawing, which has tests of its own.
layer_case("Dropout.none", torch.nn.Dropout(0), [((2, 3), -2, 2)], [])
save("layers_norm")


def running():
    cases = []
    for name, shape in {"matrix": (4, 3), "block": (2, 3, 5)}.items():
        module = torch.nn.BatchNorm1d(3, momentum=0.3).double()
        steps = []
        for step in range(4):
            x = torch.as_tensor(drawn(f"running/{name}/{step}", shape, -1, 3)).double()
            module(x)
            steps.append(
                {
                    "values": listed(x),
                    "mean": listed(module.running_mean),
                    "variance": listed(module.running_var),
                }
            )
        module.eval()
        y = module(torch.as_tensor(drawn(f"running/{name}/0", shape, -1, 3)).double())
        cases.append(
            {"name": name, "shape": list(shape), "steps": steps, "evaluated": listed(y)}
        )
    write("ThalwegTrainingTests", "batch_norm", {"versions": versions(), "cases": cases})


running()
