"""Trains the networks of Examples/ in PyTorch, from the weights and on the batches that the examples
export, and writes the losses to Tests/ThalwegCommandTests/Fixtures/examples.json.

Run with torch, NumPy and safetensors installed, after a build:
python3 Scripts/golden/examples.py [FOLDER OF THE EXECUTABLES]
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file
from torch import nn

from golden import ROOT, versions, write

STEPS = 101


def linear(module, start, path):
    """torch keeps the weights of linear maps as [outputs, inputs], Thalweg as [inputs, outputs]."""
    module.weight.data = start[f"{path}.weight"].T.contiguous()
    module.bias.data = start[f"{path}.bias"].clone()


def plain(module, start, path):
    for name, tensor in module.named_parameters():
        tensor.data = start[f"{path}.{name}"].clone()


class Digits(nn.Module):
    rate, clip = 0.002, 5

    def __init__(self, start):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(196, 64), nn.Linear(64, 32), nn.Linear(32, 10)])
        for index, layer in enumerate(self.layers):
            linear(layer, start, str(index))

    def loss(self, x, y):
        x = self.layers[0](x).relu()
        x = self.layers[2](self.layers[1](x).relu())
        return nn.functional.cross_entropy(x, y.long())


class Waveforms(nn.Module):
    rate, clip = 0.003, 5

    def __init__(self, start):
        super().__init__()
        self.first = nn.Conv1d(1, 16, 7, padding=3)
        self.firstNorm = nn.BatchNorm1d(16)
        self.second = nn.Conv1d(16, 32, 5, padding=2)
        self.secondNorm = nn.BatchNorm1d(32)
        self.head = nn.Linear(32, 4)
        for name in ("first", "firstNorm", "second", "secondNorm"):
            plain(getattr(self, name), start, name)
        linear(self.head, start, "head")

    def loss(self, x, y):
        x = nn.functional.max_pool1d(self.firstNorm(self.first(x)).relu(), 2)
        x = self.secondNorm(self.second(x)).relu()
        return nn.functional.cross_entropy(self.head(x.mean(2)), y.long())


def lstm(module, start, path):
    """Thalweg keeps the sum of torch's two biases; the second stays at 0 and is not trained."""
    module.weight_ih_l0.data = start[f"{path}.0.input_weight"].T.contiguous()
    module.weight_hh_l0.data = start[f"{path}.0.hidden_weight"].T.contiguous()
    module.bias_ih_l0.data = start[f"{path}.0.bias"].clone()
    module.bias_hh_l0.data.zero_()
    module.bias_hh_l0.requires_grad_(False)


class AddingProblem(nn.Module):
    rate, clip = 0.004, 1

    def __init__(self, start):
        super().__init__()
        self.memory = nn.LSTM(2, 48, batch_first=True)
        self.head = nn.Linear(48, 1)
        lstm(self.memory, start, "memory")
        linear(self.head, start, "head")

    def loss(self, x, y):
        return nn.functional.mse_loss(self.head(self.memory(x)[0][:, -1]), y)


class Characters(nn.Module):
    rate, clip = 0.002, 1

    def __init__(self, start):
        super().__init__()
        alphabet, width = start["characters.weight"].shape
        window = start["places.weight"].shape[0]
        self.characters = nn.Embedding(alphabet, width)
        self.places = nn.Embedding(window, width)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, 4, 4 * width, dropout=0, batch_first=True, norm_first=True
            )
            for _ in range(2)
        )
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, alphabet)
        plain(self.characters, start, "characters")
        plain(self.places, start, "places")
        for index, layer in enumerate(self.layers):
            path = f"layers.{index}"
            attention = layer.self_attn
            attention.in_proj_weight.data = start[f"{path}.attention.input.weight"].T.contiguous()
            attention.in_proj_bias.data = start[f"{path}.attention.input.bias"].clone()
            linear(attention.out_proj, start, f"{path}.attention.output")
            linear(layer.linear1, start, f"{path}.linear1")
            linear(layer.linear2, start, f"{path}.linear2")
            plain(layer.norm1, start, f"{path}.norm1")
            plain(layer.norm2, start, f"{path}.norm2")
        plain(self.norm, start, "norm")
        linear(self.head, start, "head")
        self.mask = nn.Transformer.generate_square_subsequent_mask(window)

    def loss(self, x, y):
        places = torch.arange(x.shape[1])
        value = self.characters(x.long()) + self.places(places)
        for layer in self.layers:
            value = layer(value, src_mask=self.mask, is_causal=True)
        value = self.head(self.norm(value))
        return nn.functional.cross_entropy(value.flatten(0, 1), y.long().flatten())


def train(name, model, programs):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [programs / name, "--steps", str(STEPS), "--twin", folder],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        batches = load_file(f"{folder}/batches.safetensors")
        ours = json.loads(pathlib.Path(folder, "losses.json").read_text())["losses"]
        twin = model(load_file(f"{folder}/start.safetensors"))
    twin.train()
    trained = [tensor for tensor in twin.parameters() if tensor.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=model.rate)
    losses = []
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        loss = twin.loss(batches[f"x.{step}"], batches[f"y.{step}"])
        loss.backward()
        nn.utils.clip_grad_norm_(trained, model.clip)
        optimizer.step()
        losses.append(loss.item())
    for step in (1, 2, STEPS):
        mine, theirs = ours[step - 1], losses[step - 1]
        print(name, "step", step, mine, theirs, "relative", abs(mine - theirs) / abs(theirs))
    return {"name": name, "losses": losses}


torch.manual_seed(0)
built = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".build/release"
cases = [
    train(model.__name__, model, built)
    for model in (Digits, Waveforms, AddingProblem, Characters)
]
write("ThalwegCommandTests", "examples", {"versions": versions(), "cases": cases})
