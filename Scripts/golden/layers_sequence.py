"""Writes Tests/ThalwegNNTests/Fixtures/layers_sequence.json: attention, the transformer's encoder
layer, LSTM and GRU.

Run with torch and NumPy installed: python3 Scripts/golden/layers_sequence.py
"""

import torch

from layer_cases import layer_case, same, save, transposed

MASK = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])


def attention_parameters(module, prefix=""):
    return [
        (f"{prefix}input.weight", module.in_proj_weight, transposed),
        (f"{prefix}input.bias", module.in_proj_bias, same),
        (f"{prefix}output.weight", module.out_proj.weight, transposed),
        (f"{prefix}output.bias", module.out_proj.bias, same),
    ]


def hidden_above(length):
    """torch's mask is true where nothing may be looked at."""
    return torch.ones(length, length, dtype=torch.bool).triu(1)


def attention():
    def add(name, width, heads, inputs, call, data=()):
        # A layer of its own for each case, whose gradients start at nothing.
        layer = torch.nn.MultiheadAttention(width, heads, batch_first=True)
        layer_case(f"MultiHeadAttention.{name}", layer, inputs, attention_parameters(layer),
                   call=lambda *given: call(*given)[0], data=data)

    x = ((2, 3, 4), -2, 2)
    add("plain", 4, 2, [x], lambda layer, x: layer(x, x, x))
    add("one", 3, 1, [((1, 1, 3), -2, 2)], lambda layer, x: layer(x, x, x))
    add("masked", 4, 2, [x, MASK],
        lambda layer, x, m: layer(x, x, x, key_padding_mask=m == 0), data=(1,))
    add("causal", 4, 2, [x], lambda layer, x: layer(x, x, x, attn_mask=hidden_above(3)))
    add("cross", 4, 2, [((2, 2, 4), -2, 2), x, x, MASK],
        lambda layer, q, k, v, m: layer(q, k, v, key_padding_mask=m == 0), data=(3,))


def encoder():
    def masked(layer, x, m):
        return layer(x, src_key_padding_mask=m == 0)

    def causal(layer, x):
        return layer(x, src_mask=hidden_above(3))

    for name, norm_first, activation, call in (
        ("post_relu", False, "relu", None),
        ("pre_gelu", True, "gelu", None),
        ("masked", False, "gelu", masked),
        ("causal", True, "relu", causal),
    ):
        layer = torch.nn.TransformerEncoderLayer(
            4, 2, 5, dropout=0, activation=activation, batch_first=True, norm_first=norm_first
        )
        parameters = [
            *attention_parameters(layer.self_attn, "attention."),
            ("linear1.weight", layer.linear1.weight, transposed),
            ("linear1.bias", layer.linear1.bias, same),
            ("linear2.weight", layer.linear2.weight, transposed),
            ("linear2.bias", layer.linear2.bias, same),
            ("norm1.weight", layer.norm1.weight, same),
            ("norm1.bias", layer.norm1.bias, same),
            ("norm2.weight", layer.norm2.weight, same),
            ("norm2.bias", layer.norm2.bias, same),
        ]
        x = ((2, 3, 4), -2, 2)
        layer_case(f"TransformerEncoderLayer.{name}", layer,
                   [x, MASK] if call is masked else [x], parameters, call=call,
                   data=(1,) if call is masked else ())


def recurrent_parameters(module, has_hidden_bias):
    parameters = []
    for layer in range(module.num_layers):
        for suffix in ("", "_reverse")[: 2 if module.bidirectional else 1]:
            def tensor(kind):
                return getattr(module, f"{kind}_l{layer}{suffix}")

            path = f"{layer}{suffix}"
            parameters.append((f"{path}.input_weight", tensor("weight_ih"), transposed))
            parameters.append((f"{path}.hidden_weight", tensor("weight_hh"), transposed))
            if has_hidden_bias:
                parameters.append((f"{path}.input_bias", tensor("bias_ih"), same))
                parameters.append((f"{path}.hidden_bias", tensor("bias_hh"), same))
            else:
                # The two biases only add up: ours is the first, and the second is 0.
                tensor("bias_hh").data.zero_()
                parameters.append((f"{path}.bias", tensor("bias_ih"), same))
    return parameters


def recurrent(name, make, has_hidden_bias):
    is_lstm = not has_hidden_bias

    def final(state):
        return torch.cat(state, dim=2) if is_lstm else state

    def initial(states):
        return tuple(states) if is_lstm else states[0]

    for variant, options, batch, length in (
        ("plain", {}, 2, 3),
        ("one", {}, 1, 1),
        ("bidirectional", {"bidirectional": True}, 2, 3),
        ("layers", {"num_layers": 2}, 1, 2),
    ):
        layer = make(3, 2, batch_first=True, **options)
        layer_case(f"{name}.{variant}", layer, [((batch, length, 3), -2, 2)],
                   recurrent_parameters(layer, has_hidden_bias), call=lambda layer, x: layer(x)[0])
    inputs = [((2, 2, 3), -2, 2)] + [((4, 2, 2), -1, 1)] * (2 if is_lstm else 1)
    for variant, call in (
        ("initial", lambda layer, x, *s: layer(x, initial(s))[0]),
        ("final", lambda layer, x, *s: final(layer(x, initial(s))[1])),
    ):
        layer = make(3, 2, num_layers=2, bidirectional=True, batch_first=True)
        layer_case(f"{name}.{variant}", layer, inputs,
                   recurrent_parameters(layer, has_hidden_bias), call=call)


attention()
encoder()
recurrent("LSTM", torch.nn.LSTM, False)
recurrent("GRU", torch.nn.GRU, True)
save("layers_sequence")
