"""Layers with drawn weights, forward and backward, by PyTorch in Double; shared by the scripts that
write Tests/ThalwegNNTests/Fixtures/layers*.json."""

import torch

from golden import drawn, listed, versions, write

CASES = []


def same(tensor):
    return tensor


def transposed(tensor):
    """torch keeps the weights of linear maps as [outputs, inputs], Thalweg as [inputs, outputs]."""
    return tensor.T


def layer_case(name, module, inputs, parameters, call=None, data=(), low=-1, high=1):
    """One case of one layer.

    inputs: tensors or (shape, low, high) each; data: the indices of those that get no gradient.
    parameters: (path in Thalweg, the module's parameter, same or transposed) each; what the list
    leaves out keeps its value and must get no gradient that the test would miss.
    """
    module = module.double()
    for path, tensor, _ in parameters:
        numbers = drawn(f"{name}/{path}", tuple(tensor.shape), low, high)
        tensor.data = torch.as_tensor(numbers).double()
    leaves = []
    for index, given in enumerate(inputs):
        if isinstance(given, tuple):
            given = torch.as_tensor(drawn(f"{name}/{index}", *given)).double()
        if index not in data:
            given = given.clone().requires_grad_(True)
        leaves.append(given)
    output = (call or (lambda layer, *x: layer(*x)))(module, *leaves)
    weights = torch.as_tensor(drawn(f"{name}/weights", tuple(output.shape), -1, 1)).double()
    (output * weights).sum().backward()
    CASES.append(
        {
            "name": name,
            "inputs": [{"shape": list(x.shape), "values": listed(x)} for x in leaves],
            "parameters": [
                {
                    "name": path,
                    "shape": list(kept(tensor).shape),
                    "values": listed(kept(tensor)),
                    "gradient": listed(kept(tensor.grad)),
                }
                for path, tensor, kept in parameters
            ],
            "weights": listed(weights),
            "shape": list(output.shape),
            "output": listed(output),
            "gradients": [None if x.grad is None else listed(x.grad) for x in leaves],
        }
    )


def save(name):
    write("ThalwegNNTests", name, {"versions": versions(), "cases": CASES})
