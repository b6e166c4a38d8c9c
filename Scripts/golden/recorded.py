"""Writes records of sick trainings and their healthy twins to Tests/ThalwegDiagnosisTests/Fixtures.

Run with torch installed: python3 Scripts/golden/recorded.py
"""

import shutil
import sys
import tempfile

import torch
from torch import nn

from golden import ROOT

sys.path.insert(0, str(ROOT / "Recorders"))

from thalweg_recorder import Recorder

FOLDER = ROOT / "Tests" / "ThalwegDiagnosisTests" / "Fixtures" / "recorded"
F = nn.functional


class Heads(nn.Module):
    """A trunk with a head for classes and one for a value, and a branch behind a gate."""

    def __init__(self, gate=1.0, norm=False):
        super().__init__()
        self.trunk = nn.Linear(4, 4)
        self.norm = nn.BatchNorm1d(4) if norm else nn.Identity()
        self.classes = nn.Linear(4, 3)
        self.value = nn.Linear(4, 1)
        self.branch = nn.Linear(4, 4)
        self.gate = gate

    def forward(self, x):
        features = self.norm(self.trunk(x)).tanh() + self.gate * self.branch(x)
        return self.classes(features), self.value(features)


def train(
    name, *, model=None, parameters=None, batch=32, weight=1.0, steps=10, is_number=False,
    is_detached=False, scaler=None, unscales=True, clip=None, factor=lambda step: 1.0, is_half=False,
):
    torch.manual_seed(7)
    x = torch.randn(32, 4)
    classes, values = (x[:, 0] > 0).long() + (x[:, 1] > 0).long(), x[:, 2:3] + 1
    model = model or Heads()
    optimizer = torch.optim.Adam(parameters(model) if parameters else model.parameters(), 3e-3)
    scaler = scaler or torch.amp.GradScaler("cpu", enabled=False)
    with tempfile.TemporaryDirectory() as folder:
        with Recorder(model, optimizer, folder, terms_every=1) as recorder:
            for step in range(steps):
                optimizer.zero_grad()
                with torch.autocast("cpu", torch.float16, enabled=is_half):
                    logits, value = model(x[:batch] * factor(step))
                logits, value = logits.float(), value.float()
                terms = {
                    "classes": F.cross_entropy(logits, classes[:batch]),
                    "value": F.mse_loss(value, values[:batch]),
                }
                if is_number:
                    terms["value"] = terms["value"].item()
                if is_detached:
                    terms["value"] = terms["value"].detach()
                with recorder.step(terms=terms, weights={"value": weight}):
                    scaler.scale(terms["classes"] + weight * terms["value"]).backward()
                    if unscales and scaler.is_enabled():
                        scaler.unscale_(optimizer)
                    if clip:
                        nn.utils.clip_grad_norm_(model.parameters(), clip)
                    scaler.step(optimizer)
                    scaler.update()
        FOLDER.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder + "/records.jsonl", FOLDER / (name + ".jsonl"))


def scaler(power):
    return torch.amp.GradScaler("cpu", init_scale=2.0**power)


def dead():
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    nn.init.constant_(model[0].bias, -100)
    heads = Heads(gate=0.0)
    heads.trunk, heads.norm = model, nn.Identity()
    for head in (heads.classes, heads.value):
        head.requires_grad_(False)
    return heads


def main():
    torch.manual_seed(7)
    train("healthy", clip=10.0)
    train("healthy_norm", model=Heads(norm=True))
    train("healthy_scale", scaler=scaler(24), clip=10.0, steps=24, is_half=True)
    train("number", is_number=True)
    train("detached", is_detached=True)
    train("dominated", weight=1e4)
    train("starved", model=Heads(gate=0.0))
    train("dead", model=dead())
    train("lacking", parameters=lambda model: model.trunk.parameters())
    train("clip_before_unscale", scaler=scaler(16), unscales=False, clip=1.0)
    train("batch_of_two", model=Heads(norm=True), batch=2)
    train("exploding", factor=lambda step: 10.0 ** (8 * step))
    train("skipping", scaler=scaler(16), factor=lambda step: 1e30 ** (step % 2), steps=24)


main()
