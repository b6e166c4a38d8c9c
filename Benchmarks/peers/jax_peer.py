"""Measures a workload that `thalweg bench --export` wrote in JAX.

Usage: python3 jax_peer.py FOLDER [--mode jit|scan] [--threads N]

jit: one compiled step, the loss read after each; scan: 100 steps in one compiled loop.
"""

import math
import os
import sys

import measuring

chosen = measuring.options(["jit", "scan"], __doc__)
if chosen.folder is None:
    sys.exit("a folder is needed; only torch_peer.py reads workloads from standard input")
os.environ["JAX_PLATFORMS"] = "cpu"
if chosen.threads == 1:
    flags = os.environ.get("XLA_FLAGS", "")
    os.environ["XLA_FLAGS"] = flags + " --xla_cpu_multi_thread_eigen=false"

import jax  # noqa: E402, after the process was kept to its cores
import jax.numpy as jnp  # noqa: E402
from safetensors.numpy import load_file  # noqa: E402

from jax_models import LOSSES, gelu, layer_norm, loss_function  # noqa: E402

STEPS_OF_SCAN = 100


def load(path):
    return {name: jnp.asarray(tensor) for name, tensor in load_file(path).items()}


def moments(parameters):
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    return {"first": zeros, "second": jax.tree.map(jnp.copy, zeros), "count": jnp.zeros(())}


def adam(rule, parameters, gradients, moments):
    """torch.optim.Adam's formula; 1 - beta^count by expm1, which keeps its digits."""
    count = moments["count"] + 1
    first_rest = -jnp.expm1(count * math.log(rule["beta1"]))
    second_rest = jax.lax.rsqrt(-jnp.expm1(count * math.log(rule["beta2"])))

    def update(parameter, gradient, first, second):
        gradient = gradient + rule.get("weight_decay", 0) * parameter
        first = rule["beta1"] * first + (1 - rule["beta1"]) * gradient
        second = rule["beta2"] * second + (1 - rule["beta2"]) * jnp.square(gradient)
        change = first / (jnp.sqrt(second) * second_rest + rule["epsilon"])
        return parameter - rule["rate"] / first_rest * change, first, second

    new = {
        name: update(parameters[name], gradients[name], moments["first"][name],
                     moments["second"][name])
        for name in parameters
    }
    parameters, first, second = ({k: v[i] for k, v in new.items()} for i in range(3))
    return parameters, {"first": first, "second": second, "count": count}


def clipped(gradients, limit):
    norm = jnp.sqrt(sum(jnp.sum(jnp.square(g)) for g in gradients.values()))
    factor = jnp.minimum(1, limit / (norm + 1e-6))
    return {name: gradient * factor for name, gradient in gradients.items()}


def training(workload):
    """A call of the result makes steps and returns the losses before each of them as numbers."""
    rule, loss_of = workload.optimizer, loss_function(workload)
    running = {k: v for k, v in workload.start.items() if ".running_" in k}
    parameters = {k: v for k, v in workload.start.items() if k not in running}

    def one(carry, x, y):
        parameters, running, moments = carry
        gradient = jax.value_and_grad(loss_of, has_aux=True)
        (loss, running), gradients = gradient(parameters, running, x, y)
        gradients = clipped(gradients, rule["clip_norm"])
        parameters, moments = adam(rule, parameters, gradients, moments)
        return (parameters, running, moments), loss

    def many(carry, x, y):
        return jax.lax.scan(lambda carry, _: one(carry, x, y), carry, length=STEPS_OF_SCAN)

    compiled = jax.jit(one if chosen.mode == "jit" else many, donate_argnums=0)
    carry = parameters, running, moments(parameters)
    x, y = workload.data["x"], workload.data["mask" if workload.name == "rc-gnn" else "y"]

    def step():
        nonlocal carry
        carry, losses = compiled(carry, x, y)
        return [losses.item()] if chosen.mode == "jit" else losses.tolist()

    return step


def row_function(workload):
    """One of the functions over rows with its backward pass; the gradient of x comes first."""
    tensors = workload.start | workload.data
    x, cotangent = tensors["x"], tensors["cotangent"]
    names = ["weight", "bias"] if workload.name == "layer-norm" else []
    inputs = [x] + [tensors[name] for name in names]
    function = {
        "layer-norm": lambda x, w, b: layer_norm({"n.weight": w, "n.bias": b}, "n", x),
        "softmax": jax.nn.softmax,
        "gelu": gelu,
    }[workload.name]

    @jax.jit
    def both(cotangent, *inputs):
        value, pull = jax.vjp(function, *inputs)
        return *pull(cotangent), value

    return lambda: both(cotangent, *inputs)


def alone(workload):
    """A call of the result makes a round of a workload that has no loss, and returns its result."""
    if workload.name == "product":
        compiled = jax.jit(jnp.matmul)
        return lambda: [compiled(workload.data["x"], workload.data["y"])]
    if workload.name != "adam":
        return row_function(workload)
    tensors = workload.start | workload.data
    weight = {"weight": tensors["weight"]}
    carry = weight, moments(weight)

    def one(carry, gradient):
        return adam(workload.optimizer, carry[0], {"weight": gradient}, carry[1])

    compiled = jax.jit(one, donate_argnums=0)

    def update():
        nonlocal carry
        carry = compiled(carry, tensors["gradient"])
        return [carry[0]["weight"]]

    return update


def main():
    jnp.zeros(()).block_until_ready()
    start_bytes = measuring.memory("VmRSS")
    workload = measuring.exported(chosen.folder, load)
    losses, check, steps_of_call = [], None, 1
    if workload.name in LOSSES:
        step = training(workload)
        while len(losses) < chosen.losses:
            losses += step()
        losses = losses[: chosen.losses]
        steps_of_call = STEPS_OF_SCAN if chosen.mode == "scan" else 1
    elif chosen.mode == "scan":
        sys.exit(f"--mode scan: {workload.name} has no steps of training")
    else:
        function = alone(workload)
        if chosen.losses:
            check = float(jnp.sum(jnp.square(function()[0]), dtype=jnp.float32))

        def step():
            jax.block_until_ready(function())

    microseconds = measuring.round_means(step, chosen, steps_of_call)
    versions = {"jax": jax.__version__}
    measuring.report("jax", chosen, workload, versions, start_bytes, losses, check, microseconds)


main()
