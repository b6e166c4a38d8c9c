"""Measures a workload that `thalweg bench --export` wrote in PyTorch.

Usage: python3 torch_peer.py [FOLDER] [--mode eager|compile] [--threads N]

Without a folder it measures the workload of each line of standard input, on numbers of its own: a
line is what `workload.json` says of workload, settings and optimizer.
"""

import importlib

import measuring

chosen = measuring.options(["eager", "compile"], __doc__)

import torch  # noqa: E402, after the process was kept to its cores
from safetensors.torch import load_file  # noqa: E402
from torch.nn import functional  # noqa: E402

from torch_models import MODELS, data_shapes  # noqa: E402


def compiled(function):
    if chosen.mode == "eager":
        return function
    return torch.compile(function, dynamic=False)


def adam(parameters, rule):
    return torch.optim.Adam(
        parameters,
        lr=rule["rate"],
        betas=(rule["beta1"], rule["beta2"]),
        eps=rule["epsilon"],
        weight_decay=rule.get("weight_decay", 0),
        fused=True,
    )


def training(workload):
    """A step of training: its result is the loss before it, as a number."""
    model = MODELS[workload.name](workload.settings, workload.start).train()
    trained = [tensor for tensor in model.parameters() if tensor.requires_grad]
    optimizer = adam(trained, workload.optimizer)
    limit = workload.optimizer["clip_norm"]
    x, y = workload.data["x"], workload.data["mask" if workload.name == "rc-gnn" else "y"]
    loss_of = compiled(model)

    def step():
        optimizer.zero_grad()
        loss = loss_of(x, y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, limit, foreach=True)
        optimizer.step()
        return loss.item()

    return step


def product(workload):
    return compiled(torch.mm), (workload.data["x"], workload.data["y"])


def row_function(workload):
    """One of the functions over rows with its backward pass; the result is the gradient of x."""
    x = workload.data["x"].requires_grad_()
    cotangent = workload.data["cotangent"]
    inputs = [x]
    if workload.name == "layer-norm":
        tensors = workload.start | workload.data
        inputs += [tensors[name].requires_grad_() for name in ("weight", "bias")]
    forward = compiled(
        {
            "layer-norm": lambda x, *affine: functional.layer_norm(x, x.shape[-1:], *affine),
            "softmax": lambda x: functional.softmax(x, -1),
            "gelu": functional.gelu,
        }[workload.name]
    )
    return lambda *inputs: torch.autograd.grad(forward(*inputs), inputs, cotangent)[0], inputs


def adam_alone(workload):
    tensors = workload.start | workload.data
    weight = torch.nn.Parameter(tensors["weight"].clone())
    weight.grad = tensors["gradient"]
    step = adam([weight], workload.optimizer).step

    def update():
        step()
        return weight.detach()

    return update, ()


def drawn(document):
    """A workload whose data are drawn here."""
    shapes = data_shapes(document["workload"], document["settings"])
    data = {name: torch.randn(shape) for name, shape in shapes.items()}
    return measuring.Workload(document, {}, data)


def small_step():
    """Brings into a forked process what it does not inherit: threads, and pages of libraries."""
    model = torch.nn.Linear(8, 8)
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    model(torch.ones(8, 8)).sum().backward()
    optimizer.step()


def measure_line(document):
    torch.set_num_threads(chosen.threads)
    small_step()
    measure(lambda: drawn(document))


def measure(workload):
    """Prints what the workload costs that the function makes."""
    start_bytes = measuring.memory("VmRSS")
    workload = workload()
    losses, check = [], None
    if workload.name in MODELS:
        step = training(workload)
        losses = [step() for _ in range(chosen.losses)]
    else:
        makers = {"product": product, "adam": adam_alone}
        function, inputs = makers.get(workload.name, row_function)(workload)
        if chosen.losses:
            check = function(*inputs).double().square().sum().item()

        def step():
            function(*inputs)

    microseconds = measuring.round_means(step, chosen)
    versions = {"torch": torch.__version__}
    measuring.report(
        "torch", chosen, workload, versions, start_bytes, losses, check, microseconds
    )


def main():
    if chosen.folder:
        torch.set_num_threads(chosen.threads)
        measure(lambda: measuring.exported(chosen.folder, load_file))
    else:
        # An optimizer imports it at its first step.
        importlib.import_module("torch._dynamo")
        measuring.for_each_line(chosen.limit, measure_line)


main()
