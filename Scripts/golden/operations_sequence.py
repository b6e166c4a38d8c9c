"""Writes Tests/ThalwegAutodiffTests/Fixtures/operations_sequence.json: attention and recurrence,
forward and backward, by PyTorch in Double.

Run with torch and NumPy installed: python3 Scripts/golden/operations_sequence.py
"""

import torch

from cases import case, save
from golden import drawn

MASK = [[1.0, 0.0, 1.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0, 1.0]]


def split(x, heads):
    batch, length, width = x.shape
    return x.reshape(batch, length, heads, width // heads).transpose(1, 2)


def attention(q, k, v, heads, mask=None, is_causal=False):
    """PyTorch's own attention, whose boolean mask says what may be looked at."""
    seen = torch.ones(q.shape[1], k.shape[1], dtype=torch.bool)
    if is_causal:
        seen = seen.tril()
    seen = seen[None, None]
    if mask is not None:
        seen = seen & (mask != 0)[:, None, None, :]
    result = torch.nn.functional.scaled_dot_product_attention(
        split(q, heads), split(k, heads), split(v, heads), attn_mask=seen
    )
    return result.transpose(1, 2).reshape(q.shape)


def attentions():
    def rows(batch, length, width):
        return ((batch, length, width), -1.5, 1.5)

    def given(name, *shapes):
        return [drawn(f"{name}/{index}", shape, -1.5, 1.5) for index, shape in enumerate(shapes)]

    case("attention.cross", [rows(2, 3, 4), rows(2, 5, 4), rows(2, 5, 4)],
         lambda q, k, v: attention(q, k, v, 2))
    case("attention.thrice", [rows(2, 3, 6)], lambda x: attention(x, x, x, 3))
    case("attention.key_is_value", [rows(1, 3, 4), rows(1, 2, 4)],
         lambda q, k: attention(q, k, k, 2))
    case("attention.one", [rows(1, 1, 1)] * 3, lambda q, k, v: attention(q, k, v, 1))
    case("attention.wide", [rows(1, 3, 5), rows(1, 17, 5), rows(1, 17, 5)],
         lambda q, k, v: attention(q, k, v, 1))
    for name, queries, keys in (("square", 4, 4), ("more_keys", 3, 5), ("more_queries", 5, 3)):
        case(f"attention.causal_{name}", [rows(1, queries, 4), rows(1, keys, 4), rows(1, keys, 4)],
             lambda q, k, v: attention(q, k, v, 2, is_causal=True))
    for name, is_causal in (("masked", False), ("masked_causal", True)):
        # Under causality every query sees a key that is not masked.
        mask = torch.tensor(MASK if not is_causal else [[1.0, 0.0, 1.0, 1.0, 0.0]] * 2)
        case(f"attention.{name}", None,
             lambda q, k, v, m, is_causal=is_causal: attention(q, k, v, 2, m, is_causal),
             constants=(3,),
             values=[*given(name, (2, 3, 4), (2, 5, 4), (2, 5, 4)), mask])
    case("attention.data_value", [rows(1, 2, 4), rows(1, 3, 4), rows(1, 3, 4)],
         lambda q, k, v: attention(q, k, v, 2), constants=(2,))
    case("attention.data_scores", [rows(1, 2, 4), rows(1, 3, 4), rows(1, 3, 4)],
         lambda q, k, v: attention(q, k, v, 2), constants=(0, 1))

    def packed(x, *others, **options):
        return attention(*x.chunk(3, dim=2), 2, *others, **options)

    case("selfAttention.plain", [rows(2, 3, 12)], packed)
    case("selfAttention.one", [rows(1, 1, 6)], packed)
    case("selfAttention.causal", [rows(1, 4, 12)], lambda x: packed(x, is_causal=True))
    case("selfAttention.masked", None, packed, constants=(1,),
         values=[*given("selfAttention.masked", (2, 5, 6)), torch.tensor(MASK)])
    case("selfAttention.twice", [rows(1, 2, 6)], lambda x: packed(x) * packed(2 * x))


def lstm(x, w, h=None, c=None, is_reversed=False):
    """Hidden states and cells side by side."""
    length, batch, _ = x.shape
    width = w.shape[0]
    h = x.new_zeros(batch, width) if h is None else h
    c = x.new_zeros(batch, width) if c is None else c
    outputs = [None] * length
    for t in reversed(range(length)) if is_reversed else range(length):
        i, f, g, o = (x[t] + h @ w).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        outputs[t] = torch.cat([h, c], dim=1)
    return torch.stack(outputs)


def gru(x, w, b, h=None, is_reversed=False):
    length, batch, _ = x.shape
    width = w.shape[0]
    h = x.new_zeros(batch, width) if h is None else h
    outputs = [None] * length
    for t in reversed(range(length)) if is_reversed else range(length):
        (xr, xz, xn), (sr, sz, sn) = x[t].chunk(3, dim=1), (h @ w + b).chunk(3, dim=1)
        r, z = torch.sigmoid(xr + sr), torch.sigmoid(xz + sz)
        n = torch.tanh(xn + r * sn)
        h = (1 - z) * n + z * h
        outputs[t] = h
    return torch.stack(outputs)


def recurrences():
    def leaf(*shape):
        return (shape, -1, 1)

    for name, is_reversed in (("forward", False), ("reversed", True)):
        x, w, b, h = leaf(3, 2, 12), leaf(3, 12), leaf(12), leaf(2, 3)
        y, u, d = leaf(3, 2, 9), leaf(3, 9), leaf(9)
        case(f"lstm.{name}", [x, w], lambda x, w, r=is_reversed: lstm(x, w, is_reversed=r))
        case(f"lstm.initial_{name}", [x, w, h, h],
             lambda x, w, h, c, r=is_reversed: lstm(x, w, h, c, is_reversed=r))
        case(f"gru.{name}", [y, u, d], lambda x, w, b, r=is_reversed: gru(x, w, b, is_reversed=r))
        case(f"gru.initial_{name}", [y, u, d, h],
             lambda x, w, b, h, r=is_reversed: gru(x, w, b, h, is_reversed=r))
    case("lstm.one", [leaf(1, 1, 4), leaf(1, 4)], lstm)
    case("lstm.one_initial", [leaf(1, 1, 4), leaf(1, 4), leaf(1, 1), leaf(1, 1)], lstm)
    case("lstm.same_initial", [leaf(2, 1, 8), leaf(2, 8), leaf(1, 2)],
         lambda x, w, h: lstm(x, w, h, h))
    case("lstm.data", [leaf(2, 1, 8), leaf(2, 8)], lstm, constants=(0,))
    case("lstm.hidden", [leaf(3, 1, 8), leaf(2, 8)], lambda x, w: lstm(x, w)[:, :, :2])
    case("lstm.cells", [leaf(3, 1, 8), leaf(2, 8)], lambda x, w: lstm(x, w)[:, :, 2:])
    case("lstm.shared", [leaf(2, 1, 8), leaf(2, 8)], lambda x, w: lstm(x, w) * lstm(2 * x, w))
    case("gru.one", [leaf(1, 1, 3), leaf(1, 3), leaf(3)], gru)
    case("gru.one_initial", [leaf(1, 1, 3), leaf(1, 3), leaf(3), leaf(1, 1)], gru)
    case("gru.data", [leaf(2, 1, 6), leaf(2, 6), leaf(6)], gru, constants=(0,))
    case("gru.shared", [leaf(2, 1, 6), leaf(2, 6), leaf(6)],
         lambda x, w, b: gru(x, w, b) * gru(2 * x, w, b))


attentions()
recurrences()
save("operations_sequence")
