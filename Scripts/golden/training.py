"""Writes checkpoints of trainings with every sort of parameter under
Tests/ThalwegFormatsTests/Fixtures, and what happened to each of them.

Run with torch, NumPy and safetensors installed: python3 Scripts/golden/training.py
"""

import copy

import safetensors.torch
import torch

from golden import ROOT, versions, write

FOLDER = ROOT / "Tests" / "ThalwegFormatsTests" / "Fixtures"


class Head(torch.nn.Module):
    """Makes a layer at its first call, when the optimizer is there already."""

    def __init__(self):
        super().__init__()
        self.out = torch.nn.Linear(10, 2)

    def forward(self, x):
        if not hasattr(self, "projection"):
            self.projection = torch.nn.Linear(2, 2)
        return self.projection(self.out(x))


class Starved(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = torch.nn.Linear(8, 10)
        self.blend_gate = torch.nn.Parameter(torch.tensor(0.8))
        self.unused = torch.nn.Linear(8, 9)
        self.norm = torch.nn.BatchNorm1d(10)
        self.cut = torch.nn.Linear(10, 10, bias=False)
        self.alpha = torch.nn.Parameter(torch.tensor([0.3]))
        self.frozen = torch.nn.Linear(10, 10)
        self.frozen.requires_grad_(False)
        self.head = Head()
        self.table = torch.nn.Embedding(5, 10)
        self.tied = torch.nn.Linear(8, 10)
        self.tied.weight = self.encoder.weight

    def forward(self, x, words):
        hidden = self.norm(self.frozen(self.encoder(x) + self.tied(x))) + self.table(words)
        hidden = hidden * torch.sigmoid(self.alpha) + 0 * self.cut(hidden)
        return self.head(hidden)


def train(make, steps=4):
    """A model before and after, its optimizer, and per parameter `live`, `zero` or `none`."""
    torch.manual_seed(5)
    model = Starved()
    first = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    optimizer = make(model)
    seen = {}
    for _ in range(steps):
        optimizer.zero_grad()
        words = torch.randint(0, 3, (6,))
        model(torch.randn(6, 8), words).square().sum().backward()
        for name, parameter in model.named_parameters():
            gradient = parameter.grad
            state = "none" if gradient is None else "live" if gradient.any() else "zero"
            if seen.get(name) != "live" and not (seen.get(name) == "zero" and state == "none"):
                seen[name] = state
        optimizer.step()
    return model, first, optimizer, seen


def groups(model):
    wide = [p for p in model.parameters() if p.dim() > 1]
    narrow = [p for p in model.parameters() if p.dim() < 2]
    return torch.optim.AdamW(
        [{"params": wide, "weight_decay": 0.1}, {"params": narrow, "weight_decay": 0.0}], lr=0.01
    )


OPTIMIZERS = {
    "adam": lambda m: torch.optim.Adam(m.parameters(), lr=0.01),
    "adam_decay": lambda m: torch.optim.Adam(m.parameters(), lr=0.01, weight_decay=0.05),
    "adamw": lambda m: torch.optim.AdamW(m.parameters(), lr=0.01, weight_decay=0.05),
    "named": lambda m: torch.optim.Adam(m.named_parameters(), lr=0.01),
    "groups": groups,
    "momentum": lambda m: torch.optim.SGD(m.parameters(), lr=0.01, momentum=0.9),
    "plain": lambda m: torch.optim.SGD(m.parameters(), lr=0.01),
    "adagrad": lambda m: torch.optim.Adagrad(m.parameters(), lr=0.01),
    "rmsprop": lambda m: torch.optim.RMSprop(m.parameters(), lr=0.01),
    "adafactor": lambda m: torch.optim.Adafactor(m.parameters(), lr=0.01),
    "lbfgs": lambda m: torch.optim.LBFGS(m.parameters(), lr=0.01),
}


def changes(first, last):
    found = []
    for name, tensor in last.items():
        if name not in first:
            found.append({"name": name, "kind": "added"})
            continue
        new, old = tensor.double().reshape(-1), first[name].double().reshape(-1)
        same = torch.equal(tensor, first[name])
        cosine = torch.nn.functional.cosine_similarity(new, old, dim=0, eps=0)
        found.append(
            {
                "name": name,
                "kind": "unmoved" if same else "moved",
                "norm": (new - old).norm().item(),
                "first_norm": new.norm().item(),
                "second_norm": old.norm().item(),
                "largest": (new - old).abs().max().item(),
                "cosine": None if cosine.isnan() else cosine.item(),
            }
        )
    found += [{"name": name, "kind": "removed"} for name in first if name not in last]
    return found


def saved(rule, make):
    if rule == "lbfgs":
        torch.manual_seed(5)
        model = Starved()
        optimizer = make(model)
        optimizer.step(lambda: model.tied(torch.ones(1, 8)).square().sum())
        seen = {}
    else:
        model, _, optimizer, seen = train(make)
    path = FOLDER / f"trained_{rule}.pt"
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, path)
    print(path, path.stat().st_size, "bytes")
    state = optimizer.state_dict()["state"]
    steps = [float(kept["step"]) for kept in state.values() if "step" in kept]
    return {
        "name": path.name,
        "parameters": sum(len(group["params"]) for group in optimizer.param_groups),
        "with_state": len(state),
        "steps": [min(steps), max(steps)] if steps else None,
        "gradients": seen,
    }


def main():
    cases = [saved(rule, make) for rule, make in OPTIMIZERS.items()]
    model, first, optimizer, seen = train(OPTIMIZERS["adam"])
    last = copy.deepcopy(model.state_dict())
    torch.save(first, FOLDER / "first.pt")
    separate = {name: tensor.clone() for name, tensor in first.items()}
    safetensors.torch.save_file(separate, FOLDER / "first.safetensors")
    again = {"module." + name: tensor.clone() for name, tensor in last.items()}
    torch.manual_seed(9)
    fresh = torch.nn.Linear(8, 10)
    again["module.encoder.weight"] = fresh.weight.detach()
    again["module.unused.weight"] = torch.zeros(3, 3)
    del again["module.blend_gate"]
    lightning = {"epoch": 1, "state_dict": again, "optimizer_states": [optimizer.state_dict()]}
    torch.save(lightning, FOLDER / "again.pt")
    torch.save(optimizer.state_dict(), FOLDER / "optimizer_alone.pt")
    content = {
        "versions": {**versions(), "safetensors": safetensors.__version__},
        "cases": cases,
        "changes": changes(first, last),
        "gates": [
            {"path": f"model.{name}", "value": value.item(), "sigmoid": value.sigmoid().item()}
            for name, value in (
                ("blend_gate", last["blend_gate"].double()), ("alpha", last["alpha"].double()[0]),
            )
        ],
    }
    write("ThalwegFormatsTests", "training", content)


main()
