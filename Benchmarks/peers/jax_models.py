"""The trained workloads in JAX: for each a function (parameters, state, x, y) -> (loss, state).

Tensors lie as Thalweg exports them: linear maps [inputs, outputs], convolutions [out, in, k]."""

import functools

import jax
import jax.numpy as jnp

from measuring import hyperparameters, kept_entries


def squared_error(x, y):
    return jnp.mean(jnp.square(x - y))


def linear(p, path, x):
    weight = p[path + ".weight"]
    rows = x.reshape(-1, weight.shape[0])
    return (rows @ weight + p[path + ".bias"]).reshape(*x.shape[:-1], weight.shape[1])


def gelu(x):
    """The exact one; jax.nn.gelu computes it by erfc, which takes longer."""
    return 0.5 * x * (1 + jax.lax.erf(x * 0.5**0.5))


def layer_norm(p, path, x):
    centered = x - x.mean(-1, keepdims=True)
    variance = jnp.square(centered).mean(-1, keepdims=True)
    return centered * jax.lax.rsqrt(variance + 1e-5) * p[path + ".weight"] + p[path + ".bias"]


def attention(p, path, x, heads):
    """Self-attention of x, [batch, length, width]. Products over one axis of batch and heads, and
    division after the second product, take half the time of jax.nn.dot_product_attention here."""
    batch, length, width = x.shape
    mapped = linear(p, path + ".input", x).reshape(batch, length, 3, heads, width // heads)
    mapped = mapped.transpose(2, 0, 3, 1, 4).reshape(3, batch * heads, length, width // heads)
    query, key, value = mapped
    scores = (query * (width // heads) ** -0.5) @ key.swapaxes(1, 2)
    powers = jnp.exp(scores - jax.lax.stop_gradient(scores.max(-1, keepdims=True)))
    result = (powers @ value) / powers.sum(-1, keepdims=True)
    result = result.reshape(batch, heads, length, -1).swapaxes(1, 2)
    return linear(p, path + ".output", result.reshape(batch, length, width))


def recurrence_with_memory(projected, hidden_weight):
    """The hidden states, and what the way back needs."""

    def step(carry, projected):
        hidden, cell = carry
        i, f, g, o = jnp.split(projected + hidden @ hidden_weight, 4, axis=-1)
        i, f, g, o = jax.nn.sigmoid(i), jax.nn.sigmoid(f), jnp.tanh(g), jax.nn.sigmoid(o)
        new = f * cell + i * g
        bent = jnp.tanh(new)
        hidden = o * bent
        return (hidden, new), (hidden, jnp.concatenate([i, f, g, o], -1), cell, bent)

    zeros = jnp.zeros((projected.shape[1], hidden_weight.shape[0]), projected.dtype)
    kept = jax.lax.scan(step, (zeros, zeros), projected)[1]
    return kept[0], (*kept, hidden_weight)


def recurrence_cotangents(kept, cotangent):
    hidden, gates, cells, bent, hidden_weight = kept
    transposed = hidden_weight.T

    def step(carry, now):
        d_hidden, d_cell = carry
        gates, cell, bent, cotangent = now
        i, f, g, o = jnp.split(gates, 4, axis=-1)
        d_hidden = d_hidden + cotangent
        d_cell = d_cell + d_hidden * o * (1 - bent * bent)
        d_input, d_forget = d_cell * g * i * (1 - i), d_cell * cell * f * (1 - f)
        d_candidate, d_output = d_cell * i * (1 - g * g), d_hidden * bent * o * (1 - o)
        d = jnp.concatenate([d_input, d_forget, d_candidate, d_output], -1)
        return (d @ transposed, d_cell * f), d

    zeros = jnp.zeros_like(hidden[0])
    d = jax.lax.scan(step, (zeros, zeros), (gates, cells, bent, cotangent), reverse=True)[1]
    before, after = hidden[:-1].reshape(-1, hidden.shape[2]), d[1:].reshape(-1, d.shape[2])
    return d, before.T @ after


@jax.custom_vjp
def recurrence(projected, hidden_weight):
    """The hidden states of one direction, [length, batch, hidden], from the input's part of the
    gates, [length, batch, 4 hidden], in torch's order: input, forget, cell, output.

    The derivative is written out, so that the gradient of the weight is one product over all steps
    in place of a sum over them: a tenth of a step of the LSTM."""
    return recurrence_with_memory(projected, hidden_weight)[0]


recurrence.defvjp(recurrence_with_memory, recurrence_cotangents)


def lstm(p, prefix, x, layers):
    """Both directions of each layer over x, [batch, length, inputs]. The input's part of the gates
    is a product of plain matrices, which XLA computes faster than one with three axes."""
    x = x.swapaxes(0, 1)
    length, batch = x.shape[:2]
    for layer in range(layers):
        rows, results = x.reshape(length * batch, -1), []
        for path, turn in ((f"{prefix}{layer}", False), (f"{prefix}{layer}_reverse", True)):
            projected = rows @ p[path + ".input_weight"] + p[path + ".bias"]
            projected = projected.reshape(length, batch, -1)
            hidden = recurrence(projected[::-1] if turn else projected, p[path + ".hidden_weight"])
            results.append(hidden[::-1] if turn else hidden)
        x = jnp.concatenate(results, axis=-1)
    return x.swapaxes(0, 1)


def mlp(settings, p, state, x, y):
    last = len(settings["sizes"]) - 2
    for index in range(last):
        x = jax.nn.relu(linear(p, str(index), x))
    return squared_error(linear(p, str(last), x), y), state


def transformer(settings, p, state, x, y):
    x = layer_norm(p, "norm1", x + attention(p, "attention", x, settings["heads"]))
    between = gelu(linear(p, "linear1", x))
    return squared_error(layer_norm(p, "norm2", x + linear(p, "linear2", between)), y), state


def memory(settings, p, state, x, y):
    return squared_error(lstm(p, "", x, settings["layers"]), y), state


def convolution(p, path, x, stride):
    weight = p[path + ".weight"]
    padding = weight.shape[2] // 2
    result = jax.lax.conv_general_dilated(
        x, weight, (stride,), [(padding, padding)], dimension_numbers=("NCH", "OIH", "NCH")
    )
    return result + p[path + ".bias"][:, None]


def batch_norm(p, state, path, x):
    """By the statistics of x, [batch, channels, length]; the running ones follow in `state`."""
    mean = x.mean((0, 2))
    centered = x - mean[:, None]
    variance = jnp.square(centered).mean((0, 2))
    count = x.shape[0] * x.shape[2]
    for name, value in (("mean", mean), ("var", variance * (count / (count - 1)))):
        key = f"{path}.running_{name}"
        state[key] = 0.9 * state[key] + 0.1 * jax.lax.stop_gradient(value)
    scale = jax.lax.rsqrt(variance + 1e-5) * p[path + ".weight"]
    return centered * scale[:, None] + p[path + ".bias"][:, None]


def strain(settings, p, state, x, y):
    state = dict(state)
    for index, stride in enumerate((4, 4, 2, 2)):
        x = convolution(p, f"convolutions.{index}", x, stride)
        x = gelu(batch_norm(p, state, f"norms.{index}", x))
    x = lstm(p, "memory.", x.swapaxes(1, 2), 2)
    x = attention(p, "attention", x, 8)
    x = x.mean(1) + x.max(1)
    x = linear(p, "second", gelu(layer_norm(p, "norm", linear(p, "first", x))))
    return squared_error(x, y), state


def perceptron(p, path, x):
    return linear(p, path + ".1", jax.nn.relu(linear(p, path + ".0", x)))


def acyclicity(matrix):
    def bounded(product):
        squares = jnp.sum(jnp.square(product))
        return product * jnp.where(squares > 100**2, 50 * jax.lax.rsqrt(squares), 1)

    d = matrix.shape[0]
    base = jnp.eye(d) + matrix / d
    return jax.nn.relu(jnp.trace(bounded(bounded(base) @ (base @ base))) - d)


def disentanglement(codes, latent):
    """The three pairs of codes, read off one matrix of correlations."""
    block = jnp.arange(3 * latent) // latent
    pairs = (1 + (block[:, None] == block[None, :])) / (4 * latent * latent)
    centered = codes - codes.mean(0)
    covariance = centered.T @ centered
    inverse = jax.lax.rsqrt(jnp.diagonal(covariance))
    return jnp.sum(jnp.abs(covariance * inverse * inverse[:, None]) * pairs)


def rcgnn(settings, p, state, x, mask):
    """The formulas are those of Scripts/golden/rcgnn.py."""
    settings = hyperparameters(settings)
    codes = jnp.concatenate(
        [perceptron(p, "encoder." + name, x) for name in ("signal", "noise", "bias")], axis=-1
    )
    misses = jnp.square((perceptron(p, "decoder", codes) - x) * mask)
    divisor = mask.sum() if settings.get("divided_by") == "observed" else mask.size
    logits = p["structure.logits"]
    largest = jax.lax.top_k(jax.lax.stop_gradient(logits).ravel(), kept_entries(settings))[0]
    matrix = jnp.where(logits >= largest[-1], jax.nn.sigmoid(logits), 0)
    loss = (
        settings["reconstruction"] * misses.sum() / divisor
        + settings["sparsity"] * matrix.mean()
        + settings["acyclicity"] * acyclicity(matrix)
        + settings["disentanglement"]
        * disentanglement(codes.reshape(-1, codes.shape[-1]), settings["latent"])
    )
    return loss, state


LOSSES = {
    "mlp": mlp,
    "transformer": transformer,
    "strain": strain,
    "lstm": memory,
    "rc-gnn": rcgnn,
}


def loss_function(workload):
    return functools.partial(LOSSES[workload.name], workload.settings)
