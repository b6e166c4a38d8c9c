"""Writes Tests/ThalwegNNTests/Fixtures/layers.json: layers with given weights, by PyTorch.

Run with torch and NumPy installed: python3 Scripts/golden/layers.py
"""

import torch

from golden import drawn, listed, versions, write


def layer_case(name, widths, activation, rows):
    modules = []
    for first, second in zip(widths, widths[1:]):
        modules += [torch.nn.Linear(first, second), activation()]
    model = torch.nn.Sequential(*modules[:-1]).double()
    layers = [module for module in model if isinstance(module, torch.nn.Linear)]
    for index, layer in enumerate(layers):
        weight = drawn(f"{name}/{index}/weight", tuple(layer.weight.shape), -1, 1)
        bias = drawn(f"{name}/{index}/bias", tuple(layer.bias.shape), -1, 1)
        layer.weight.data = torch.tensor(weight)
        layer.bias.data = torch.tensor(bias)
    x = torch.tensor(drawn(f"{name}/x", (*rows, widths[0]), -2, 2))
    output = model(x)
    weights = torch.tensor(drawn(f"{name}/weights", tuple(output.shape), -1, 1))
    (output * weights).sum().backward()
    parameters = []
    for index, layer in enumerate(layers):
        # torch keeps [outputs, inputs], Thalweg [inputs, outputs].
        for leaf, tensor, gradient in (
            ("weight", layer.weight.T, layer.weight.grad.T),
            ("bias", layer.bias, layer.bias.grad),
        ):
            parameters.append(
                {
                    "name": f"{index}.{leaf}",
                    "values": listed(tensor),
                    "gradient": listed(gradient),
                }
            )
    return {
        "name": name,
        "widths": list(widths),
        "parameters": parameters,
        "shape": list(x.shape),
        "x": listed(x),
        "weights": listed(weights),
        "output": listed(output),
    }


CASES = [
    layer_case("linear", (3, 2), torch.nn.ReLU, (5,)),
    layer_case("relu", (4, 7, 5, 2), torch.nn.ReLU, (6,)),
    layer_case("sigmoid", (4, 7, 3), torch.nn.Sigmoid, (2, 3)),
]
write("ThalwegNNTests", "layers", {"versions": versions(), "cases": CASES})
