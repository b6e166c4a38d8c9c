"""Writes Tests/ThalwegTrainingTests/Fixtures/optimizers.json: ten steps of a small perceptron by
torch.optim, with clipping, and learning rates by torch's schedules.

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


def total_norm(model):
    norms = [parameter.grad.norm() for parameter in model.parameters()]
    return torch.stack(norms).norm().item()


def clip_adaptively(model, ratio):
    """Brock, De, Smith, Simonyan 2021, eq. 3, with whole tensors for units."""
    for parameter in model.parameters():
        largest = ratio * max(parameter.detach().norm().item(), 1e-3)
        norm = parameter.grad.norm().item()
        if norm > largest:
            parameter.grad.mul_(largest / norm)


def run_of(rule, rate, dtype, decay=0.0, **settings):
    """Ten steps with momentum, or another way of clipping."""
    model = model_of(dtype)
    x, target = data(dtype)
    more = {key: settings[key] for key in ("momentum", "nesterov") if key in settings}
    optimizer = RULES[rule](model.parameters(), lr=rate, weight_decay=decay, **more)
    losses, before, after = [], [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), target)
        loss.backward()
        before.append(total_norm(model))
        if "clip_norm" in settings:
            torch.nn.utils.clip_grad_norm_(model.parameters(), settings["clip_norm"])
        if "clip_value" in settings:
            torch.nn.utils.clip_grad_value_(model.parameters(), settings["clip_value"])
        if "clip_adaptive" in settings:
            clip_adaptively(model, settings["clip_adaptive"])
        after.append(total_norm(model))
        optimizer.step()
        losses.append(loss.item())
    words = [f"{key} {value}" for key, value in settings.items()]
    return {
        "name": ", ".join([rule, f"decay {decay}"] + words),
        "type": {torch.float32: "float32", torch.float64: "float64"}[dtype],
        "rule": rule,
        "rate": rate,
        "decay": decay,
        "settings": settings,
        "losses": losses,
        "norms_before": before,
        "norms_after": after,
        "parameters": ours(model),
    }


def rates(name, steps, warm_up=(0, 0.1), decay=None):
    """The rates of a schedule, from the first step on, for a base rate of 0.5."""
    parameter = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = torch.optim.SGD([parameter], lr=0.5)
    parts, milestones = [], []
    library = torch.optim.lr_scheduler
    if warm_up[0]:
        parts.append(
            library.LinearLR(optimizer, start_factor=warm_up[1], total_iters=warm_up[0])
        )
        milestones.append(warm_up[0])
    kind, first, second = decay or ("constant", 1, 1)
    if kind == "cosine":
        parts.append(library.CosineAnnealingLR(optimizer, T_max=first, eta_min=second * 0.5))
    elif kind == "step":
        parts.append(library.StepLR(optimizer, step_size=first, gamma=second))
    else:
        parts.append(library.ConstantLR(optimizer, factor=1))
    schedule = (
        library.SequentialLR(optimizer, parts, milestones) if milestones else parts[0]
    )
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return {
        "name": name,
        "warm_up_steps": warm_up[0],
        "warm_up_start": warm_up[1],
        "decay": kind,
        "decay_steps": first,
        "decay_amount": second,
        "rates": found,
    }


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
MORE = [
    run_of(rule, rate, dtype, decay, **settings)
    for rule, rate, decay, settings in (
        ("sgd", 0.1, 0.0, {"momentum": 0.9}),
        ("sgd", 0.1, 0.1, {"momentum": 0.5}),
        ("sgd", 0.1, 0.0, {"momentum": 0.9, "nesterov": True}),
        ("sgd", 0.1, 0.1, {"momentum": 0.7, "nesterov": True}),
        ("sgd", 0.1, 0.1, {"momentum": 0.9, "nesterov": True, "clip_norm": 0.3}),
        ("sgd", 0.1, 0.0, {"clip_value": 0.05}),
        ("sgd", 0.1, 0.1, {"momentum": 0.9, "clip_value": 0.05}),
        ("adam", 0.01, 0.1, {"clip_value": 0.05}),
        ("sgd", 0.1, 0.0, {"clip_adaptive": 0.2}),
        ("adamw", 0.01, 0.1, {"clip_adaptive": 0.1}),
    )
    for dtype in (torch.float64, torch.float32)
]
RATES = [
    rates("constant", 4),
    rates("warm-up", 12, (5, 0.1)),
    rates("warm-up of one step", 4, (1, 0.25)),
    rates("cosine", 21, decay=("cosine", 20, 0.0)),
    rates("cosine to a floor", 18, decay=("cosine", 17, 0.1)),
    rates("cosine after warm-up", 21, (8, 0.05), ("cosine", 12, 0.02)),
    rates("step", 23, decay=("step", 5, 0.3)),
    rates("step after warm-up", 19, (4, 0.5), ("step", 3, 0.7)),
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
        "more_runs": MORE,
        "rates": RATES,
        "schedules": SCHEDULES,
    },
)
