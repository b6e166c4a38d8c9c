"""Writes Tests/ThalwegNNTests/Fixtures/layers.json: linear layers and perceptrons.

Run with torch and NumPy installed: python3 Scripts/golden/layers.py
"""

import torch

from layer_cases import layer_case, same, save, transposed


def perceptron(name, widths, activation, rows):
    modules = []
    for first, second in zip(widths, widths[1:]):
        modules += [torch.nn.Linear(first, second), activation()]
    model = torch.nn.Sequential(*modules[:-1])
    linear = [module for module in model if isinstance(module, torch.nn.Linear)]
    parameters = []
    for index, layer in enumerate(linear):
        parameters.append((f"{index}.weight", layer.weight, transposed))
        parameters.append((f"{index}.bias", layer.bias, same))
    layer_case(f"MLP.{name}", model, [((*rows, widths[0]), -2, 2)], parameters)


for name, rows in (("matrix", (5,)), ("vector", ()), ("batch", (2, 3))):
    layer = torch.nn.Linear(3, 2)
    layer_case(
        f"Linear.{name}",
        layer,
        [((*rows, 3), -2, 2)],
        [("weight", layer.weight, transposed), ("bias", layer.bias, same)],
    )
perceptron("relu", (4, 7, 5, 2), torch.nn.ReLU, (6,))
perceptron("sigmoid", (4, 7, 3), torch.nn.Sigmoid, (2, 3))
perceptron("leakyRelu", (4, 7, 3), torch.nn.LeakyReLU, (5,))
perceptron("tanh", (4, 7, 3), torch.nn.Tanh, (5,))
perceptron("softplus", (4, 7, 3), torch.nn.Softplus, (5,))
perceptron("silu", (4, 7, 3), torch.nn.SiLU, (5,))
perceptron("gelu", (4, 7, 3), torch.nn.GELU, (5,))
save("layers")
