"""The trained workloads in PyTorch: modules that start from exported weights, each with its loss;
where there are none, from what torch draws.

Thalweg keeps the weights of linear maps as [inputs, outputs], torch as [outputs, inputs]."""

import torch
from torch import nn
from torch.nn import functional

from measuring import hyperparameters, kept_entries


def linear(module, start, path):
    if not start:
        return
    module.weight.data = start[f"{path}.weight"].T.contiguous()
    module.bias.data = start[f"{path}.bias"].clone()


def plain(module, start, path):
    if not start:
        return
    for name, tensor in module.state_dict(keep_vars=True).items():
        if name != "num_batches_tracked":
            tensor.data = start[f"{path}.{name}"].clone()


def attention(module, start, path):
    if not start:
        return
    module.in_proj_weight.data = start[f"{path}.input.weight"].T.contiguous()
    module.in_proj_bias.data = start[f"{path}.input.bias"].clone()
    linear(module.out_proj, start, f"{path}.output")


def lstm(module, start, prefix):
    """Thalweg keeps the sum of torch's two biases; the second stays at 0 and is not trained."""
    for layer in range(module.num_layers):
        for end in ("", "_reverse"):
            path, here = f"{prefix}{layer}{end}", f"l{layer}{end}"
            if start:
                weights = start[f"{path}.input_weight"], start[f"{path}.hidden_weight"]
                getattr(module, f"weight_ih_{here}").data = weights[0].T.contiguous()
                getattr(module, f"weight_hh_{here}").data = weights[1].T.contiguous()
                getattr(module, f"bias_ih_{here}").data = start[f"{path}.bias"].clone()
            second = getattr(module, f"bias_hh_{here}")
            second.data.zero_()
            second.requires_grad_(False)


class Perceptron(nn.Module):
    def __init__(self, settings, start):
        super().__init__()
        widths = settings["sizes"]
        layers = [nn.Linear(*pair) for pair in zip(widths, widths[1:])]
        for index, layer in enumerate(layers):
            linear(layer, start, str(index))
        between = [part for layer in layers[:-1] for part in (layer, nn.ReLU())]
        self.layers = nn.Sequential(*between, layers[-1])

    def forward(self, x, y):
        return functional.mse_loss(self.layers(x), y)


class Transformer(nn.Module):
    def __init__(self, settings, start):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(
            settings["width"],
            settings["heads"],
            settings["feed_forward"],
            dropout=0,
            activation="gelu",
            batch_first=True,
        )
        attention(self.layer.self_attn, start, "attention")
        for name in ("linear1", "linear2"):
            linear(getattr(self.layer, name), start, name)
        for name in ("norm1", "norm2"):
            plain(getattr(self.layer, name), start, name)

    def forward(self, x, y):
        return functional.mse_loss(self.layer(x), y)


class Memory(nn.Module):
    def __init__(self, settings, start):
        super().__init__()
        self.memory = nn.LSTM(
            settings["inputs"],
            settings["hidden"],
            settings["layers"],
            batch_first=True,
            bidirectional=True,
        )
        lstm(self.memory, start, "")

    def forward(self, x, y):
        return functional.mse_loss(self.memory(x)[0], y)


class StrainEncoder(nn.Module):
    def __init__(self, settings, start):
        super().__init__()
        shapes = [(3, 32, 64, 4), (32, 64, 32, 4), (64, 128, 16, 2), (128, 128, 8, 2)]
        self.convolutions = nn.ModuleList(
            nn.Conv1d(i, o, k, stride=s, padding=k // 2) for i, o, k, s in shapes
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(o) for _, o, _, _ in shapes)
        self.memory = nn.LSTM(128, 128, 2, batch_first=True, bidirectional=True)
        self.attention = nn.MultiheadAttention(256, 8, batch_first=True)
        self.first, self.norm = nn.Linear(256, 128), nn.LayerNorm(128)
        self.second = nn.Linear(128, 64)
        plain(self.convolutions, start, "convolutions")
        for index, norm in enumerate(self.norms):
            plain(norm, start, f"norms.{index}")
        lstm(self.memory, start, "memory.")
        attention(self.attention, start, "attention")
        linear(self.first, start, "first")
        plain(self.norm, start, "norm")
        linear(self.second, start, "second")

    def forward(self, x, y):
        for convolution, norm in zip(self.convolutions, self.norms):
            x = functional.gelu(norm(convolution(x)))
        x = self.memory(x.transpose(1, 2))[0]
        x = self.attention(x, x, x, need_weights=False)[0]
        x = x.mean(1) + x.amax(1)
        x = self.second(functional.gelu(self.norm(self.first(x))))
        return functional.mse_loss(x, y)


class RCGNN(nn.Module):
    """The formulas are those of Scripts/golden/rcgnn.py; the three pairs of codes are read off one
    matrix of correlations."""

    def __init__(self, settings, start):
        super().__init__()
        self.settings = settings = hyperparameters(settings)
        self.kept = kept_entries(settings)
        self.encoders = nn.ModuleList(
            self.perceptron(start, f"encoder.{name}") for name in ("signal", "noise", "bias")
        )
        self.decoder = self.perceptron(start, "decoder")
        self.logits = nn.Parameter(start["structure.logits"].clone())
        latent = settings["latent"]
        block = torch.arange(3 * latent) // latent
        pairs = 1 + (block[:, None] == block[None, :]).float()
        self.register_buffer("pairs", pairs / (4 * latent * latent))
        self.register_buffer("identity", torch.eye(len(self.logits)))

    @staticmethod
    def perceptron(start, path):
        layers = []
        for index in range(2):
            layers.append(nn.Linear(*start[f"{path}.{index}.weight"].shape))
            linear(layers[-1], start, f"{path}.{index}")
        return nn.Sequential(layers[0], nn.ReLU(), layers[1])

    def forward(self, x, mask):
        settings = self.settings
        codes = torch.cat([encoder(x) for encoder in self.encoders], -1)
        misses = ((self.decoder(codes) - x) * mask).square()
        divisor = mask.sum() if settings.get("divided_by") == "observed" else mask.numel()
        least = self.logits.flatten().topk(self.kept).values[-1].detach()
        matrix = torch.where(self.logits >= least, self.logits.sigmoid(), 0)
        return (
            settings["reconstruction"] * misses.sum() / divisor
            + settings["sparsity"] * matrix.mean()
            + settings["acyclicity"] * self.acyclicity(matrix)
            + settings["disentanglement"] * self.disentanglement(codes.flatten(0, -2))
        )

    def acyclicity(self, matrix):
        def bounded(product):
            norm = product.square().sum().sqrt()
            return product * torch.where(norm > 100, 50 / norm, 1)

        base = self.identity + matrix / len(matrix)
        return (bounded(bounded(base) @ (base @ base)).trace() - len(matrix)).relu()

    def disentanglement(self, codes):
        centered = codes - codes.mean(0)
        covariance = centered.T @ centered
        deviation = covariance.diagonal().sqrt()
        return ((covariance / deviation / deviation[:, None]).abs() * self.pairs).sum()


MODELS = {
    "mlp": Perceptron,
    "transformer": Transformer,
    "strain": StrainEncoder,
    "lstm": Memory,
    "rc-gnn": RCGNN,
}


def data_shapes(name, settings):
    """The shapes of what a workload is given, by name, where its cost is measured against size."""
    if name == "mlp":
        sizes = settings["sizes"]
        return {"x": (settings["batch"], sizes[0]), "y": (settings["batch"], sizes[-1])}
    if name == "transformer":
        shape = settings["batch"], settings["length"], settings["width"]
        return {"x": shape, "y": shape}
    if name == "lstm":
        places = settings["batch"], settings["length"]
        return {"x": (*places, settings["inputs"]), "y": (*places, 2 * settings["hidden"])}
    if name == "layer-norm":
        shape, width = (settings["rows"], settings["columns"]), (settings["columns"],)
        return {"x": shape, "cotangent": shape, "weight": width, "bias": width}
    raise ValueError(f"{name} needs exported numbers")
