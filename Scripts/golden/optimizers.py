"""Writes Tests/ThalwegTrainingTests/Fixtures/optimizers.json: ten steps of a small perceptron by
torch.optim, and learning rates by ReduceLROnPlateau.

Run with torch and NumPy installed: python3 Scripts/golden/optimizers.py
"""

import torch

from golden import drawn, listed, versions, write

WIDTHS, ROWS, STEPS = (3, 8, 2), 6, 10
RULES = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def model_of(dtype):
    model = torch.nn.Sequential(
        torch.nn.Linear(WIDTHS[0], WIDTHS[1]),
        torch.nn.Sigmoid(),
        torch.nn.Linear(WIDTHS[1], WIDTHS[2]),
    ).to(dtype)
    for name, parameter in model.named_parameters():
        parameter.data = torch.tensor(
            drawn(f"optimizers/{name}", tuple(parameter.shape), -1, 1), dtype=dtype
        )
    return model


def ours(model):
    """Values by our paths and in our layout."""
    return [
        {
            "name": f"{place}.{leaf}",
            "values": listed(tensor.T if leaf == "weight" else tensor),
        }
        for place, layer in enumerate((model[0], model[2]))
        for leaf, tensor in (("weight", layer.weight), ("bias", layer.bias))
    ]


def data(dtype):
    x = torch.tensor(drawn("optimizers/x", (ROWS, WIDTHS[0]), -2, 2), dtype=dtype)
    target = torch.tensor(drawn("optimizers/target", (ROWS, WIDTHS[2]), -2, 2), dtype=dtype)
    return x, target


def run(rule, rate, decay, clip, dtype):
    model = model_of(dtype)
    x, target = data(dtype)
    optimizer = RULES[rule](model.parameters(), lr=rate, weight_decay=decay)
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), target)
        loss.backward()
        limit = float("inf") if clip is None else clip
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), limit).item())
        optimizer.step()
        losses.append(loss.item())
    return {
        "name": f"{rule}, decay {decay}, clip {clip}",
        "type": {torch.float32: "float32", torch.float64: "float64"}[dtype],
        "rule": rule,
        "rate": rate,
        "decay": decay,
        "clip": clip,
        "losses": losses,
        "norms": norms,
        "parameters": ours(model),
    }


def plateau(name, objectives, **settings):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=0.1)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **settings)
    rates = []
    for objective in objectives:
        schedule.step(objective)
        rates.append(optimizer.param_groups[0]["lr"])
    return {
        "name": name,
        "settings": {
            key: settings.get(key, default)
            for key, default in {
                "factor": 0.1, "patience": 10, "cooldown": 0, "threshold": 1e-4, "min_lr": 0,
            }.items()
        },
        "objectives": [("NaN" if x != x else x) for x in objectives],
        "rates": rates,
    }


FALLING = [1 / (step + 1) for step in range(15)]
FLAT = [1.0] * 40
WAVES = [1, 0.9, 0.95, 0.93, 0.92, 0.91, 0.89999, 0.92, 0.8, 0.85, 0.84, 0.83, 0.82, 0.81, 0.9]
DRAWN = [round(float(x), 3) for x in drawn("plateau", (60,), 0.5, 1.5)]
SCHEDULES = [
    plateau("falling", FALLING, patience=0),
    plateau("flat", FLAT),
    plateau("no patience", FLAT, patience=0, factor=0.5),
    plateau("cooldown", FLAT, patience=2, cooldown=3, factor=0.5),
    plateau("waves", WAVES, patience=2, factor=0.3),
    plateau("waves with cooldown", WAVES, patience=1, cooldown=2, factor=0.3),
    plateau("coarse threshold", FALLING + FALLING[::-1], patience=1, threshold=0.2),
    plateau("lower bound", FLAT, patience=1, min_lr=0.004),
    plateau("down to the smallest change", FLAT * 3, patience=0, factor=0.3),
    plateau("drawn", DRAWN, patience=3, cooldown=4, factor=0.7),
    plateau("a gap", [1.0, 0.9, float("nan"), 0.95, float("nan"), 0.8, 0.85] * 2, patience=1),
]

RUNS = [
    run(rule, rate, decay, clip, dtype)
    for rule, rate in (("sgd", 0.1), ("adam", 0.01), ("adamw", 0.01))
    for decay in (0.0, 0.1)
    for clip in (None, 0.3)
    for dtype in (torch.float64, torch.float32)
]
X, TARGET = data(torch.float64)
write(
    "ThalwegTrainingTests",
    "optimizers",
    {
        "versions": versions(),
        "widths": list(WIDTHS),
        "rows": ROWS,
        "x": listed(X),
        "target": listed(TARGET),
        "start": ours(model_of(torch.float64)),
        "runs": RUNS,
        "schedules": SCHEDULES,
    },
)
