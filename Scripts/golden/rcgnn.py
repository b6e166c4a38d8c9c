"""Figures of the two RC-GNN models that the Swift tests compare with, computed by JAX and NumPy.

Usage: python3 Scripts/golden/rcgnn.py > Tests/ThalwegRCGNNTests/Fixtures/rcgnn.json

The models are written down from their formulas, in double precision; the gradients are JAX's.
"""

import json
import platform

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

rng = np.random.default_rng(20)
VARIABLES, HIDDEN, LATENT, KEPT, LAGS = 4, 3, 4, 5, 2
ROWS, WINDOW, STARTS = 12, 5, [0, 3, 6]
WEIGHTS = {"reconstruction": 10.0, "sparsity": 0.3, "acyclicity": 2.0, "disentanglement": 0.7}


def batch(values, mask):
    values = np.where(mask > 0, values, 0)
    return (np.stack([values[s:s + WINDOW] for s in STARTS]),
            np.stack([mask[s:s + WINDOW] for s in STARTS]))


def perceptron(p, path, x):
    hidden = jax.nn.relu(x @ p[path + ".0.weight"] + p[path + ".0.bias"])
    return hidden @ p[path + ".1.weight"] + p[path + ".1.bias"]


def kept(logits, k):
    flat = np.asarray(jax.lax.stop_gradient(logits)).ravel()
    mask = np.zeros_like(flat)
    mask[np.argsort(-flat, kind="stable")[:k]] = 1
    return jax.nn.sigmoid(logits) * mask.reshape(logits.shape)


def acyclicity(a):
    """relu(tr((I + A / d)^3) - d); the product brought to norm 50 whenever its norm is above 100."""
    d = a.shape[0]
    base, result, power = jnp.eye(d) + a / d, jnp.eye(d), 3
    while power > 0:
        if power % 2 == 1:
            result = result @ base
            norm = jnp.sqrt(jnp.sum(result * result))
            result = jnp.where(norm > 100, 50 * result / norm, result)
        base, power = base @ base, power // 2
    return jax.nn.relu(jnp.trace(result) - d)


def disentanglement(codes):
    """The sum over the three pairs of the mean magnitude of corrcoef of both codes' columns."""
    flat = [c.reshape(-1, c.shape[-1]) for c in codes]
    return sum(jnp.mean(jnp.abs(jnp.corrcoef(jnp.concatenate(pair, axis=1).T)))
               for pair in [(flat[0], flat[1]), (flat[0], flat[2]), (flat[1], flat[2])])


def latent_terms(p, x, m):
    codes = [perceptron(p, "encoder." + name, x) for name in ("signal", "noise", "bias")]
    decoded = perceptron(p, "decoder", jnp.concatenate(codes, axis=-1))
    filled = decoded * m + x * (1 - m)
    a = kept(p["structure.logits"], KEPT)
    return {
        "reconstruction": jnp.mean(((filled - x) * m) ** 2),
        "sparsity": jnp.mean(jnp.abs(a)),
        "acyclicity": acyclicity(a),
        "disentanglement": disentanglement(codes),
    }


def graph_terms(p, x, m):
    a = jax.nn.sigmoid(p["structure.logits"])
    total = 0.0
    for t in range(LAGS, WINDOW):
        for j in range(VARIABLES):
            units = p["mechanism.inner.bias"][j * HIDDEN:(j + 1) * HIDDEN]
            for place in range(LAGS):
                past = x[:, t - LAGS + place, :]
                units = units + (past * a[:, j]) @ p["mechanism.inner.weight"][place, :, j, :]
            y = jax.nn.relu(units) @ p["mechanism.outer.weight"][j] + p["mechanism.outer.bias"][j]
            total = total + jnp.sum(m[:, t, j] * (y - x[:, t, j]) ** 2)
    return {"reconstruction": total / m[:, LAGS:, :].sum(), "sparsity": jnp.mean(a)}


def drawn(shapes):
    return {path: rng.normal(size=shape) * 0.6 for path, shape in shapes.items()}


def figures(terms, shapes, x, m):
    p = drawn(shapes)
    loss = lambda p: sum(WEIGHTS[name] * value for name, value in terms(p, x, m).items())
    value = terms(p, x, m)
    gradients = {name: jax.grad(lambda p, name=name: terms(p, x, m)[name])(p) for name in value}
    return {
        "parameters": {path: listed(v) for path, v in p.items()},
        "terms": {name: float(v) for name, v in value.items()},
        "loss": float(loss(p)),
        "gradient": {path: listed(v) for path, v in jax.grad(loss)(p).items()},
        "term_gradients": {name: {path: listed(v) for path, v in g.items()}
                           for name, g in gradients.items()},
    }


def listed(array):
    return [float(v) for v in np.asarray(array).ravel()]


def two(path, widths):
    a, b, c = widths
    return {path + ".0.weight": (a, b), path + ".0.bias": (b,),
            path + ".1.weight": (b, c), path + ".1.bias": (c,)}


def main():
    d, h, latent = VARIABLES, HIDDEN, LATENT
    # Single precision, as a series is kept.
    values = rng.normal(size=(ROWS, d)).astype(np.float32).astype(float)
    mask = (rng.uniform(size=(ROWS, d)) > 0.3).astype(float)
    x, m = batch(values, mask)
    shapes = {}
    for name in ("signal", "noise", "bias"):
        shapes |= two("encoder." + name, (d, h, latent))
    shapes |= {"structure.logits": (d, d)} | two("decoder", (3 * latent, h, d))
    graph = {
        "structure.logits": (d, d), "mechanism.inner.weight": (LAGS, d, d, h),
        "mechanism.inner.bias": (d * h,), "mechanism.outer.weight": (d, h),
        "mechanism.outer.bias": (d,),
    }
    latent_figures = figures(latent_terms, shapes, x, m)
    # Three codes of width 2 that correlate within and between.
    codes = rng.normal(size=(7, 6)) @ rng.normal(size=(6, 6))
    pairs = [[0, 1, 2, 3], [0, 1, 4, 5], [2, 3, 4, 5]]
    matrices = {"drawn": rng.normal(size=(5, 5)), "large": 40 * rng.uniform(size=(5, 5))}
    document = {
        "made_by": "Scripts/golden/rcgnn.py",
        "versions": {"python": platform.python_version(), "numpy": np.__version__,
                     "jax": jax.__version__},
        "values": listed(values), "mask": listed(mask),
        "latent": latent_figures,
        "graph": figures(graph_terms, graph, x, m),
        "codes": listed(codes),
        "pair_means": [float(np.mean(np.abs(np.corrcoef(codes[:, p].T)))) for p in pairs],
        "matrices": {name: listed(a) for name, a in matrices.items()},
        "acyclicity": {name: float(acyclicity(a)) for name, a in matrices.items()},
        "acyclicity_gradient": {name: listed(jax.grad(acyclicity)(jnp.asarray(a)))
                                for name, a in matrices.items()},
    }
    lines = [json.dumps(key) + ": " + json.dumps(value) for key, value in document.items()]
    print("{" + ",\n".join(lines) + "}")


main()
