"""Writes Tests/ThalwegDiagnosisTests/Fixtures/schedules.json: the rates that the schedules of torch
and transformers give, when a constant metric lowers them and stops the training, and the lengths
that convolutions leave.

Run with torch, NumPy and transformers installed: python3 Scripts/golden/schedules.py
"""

import torch
import transformers
from torch.optim import lr_scheduler as schedules

from golden import versions, write

BASE = 8e-5


def optimizer(base=BASE):
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base)


def rates(made, steps, base=BASE):
    """The rate in use before each step of the schedule."""
    target = optimizer(base)
    schedule = made(target)
    found = []
    for _ in range(steps):
        found.append(target.param_groups[0]["lr"])
        target.step()
        schedule.step()
    return found


def after(warmup, start, made):
    """`made` behind a LinearLR of so many epochs."""
    return lambda target: schedules.SequentialLR(
        target,
        [schedules.LinearLR(target, start, total_iters=warmup), made(target)],
        milestones=[warmup],
    )


def warmed_plateau(warmup, start, metrics, **settings):
    """LinearLR by epochs, then ReduceLROnPlateau, which is asked only then."""
    target = optimizer()
    linear = schedules.LinearLR(target, start, total_iters=warmup)
    plateau = schedules.ReduceLROnPlateau(target, **settings)
    found = []
    for epoch, metric in enumerate(metrics):
        found.append(target.param_groups[0]["lr"])
        target.step()
        if epoch < warmup:
            linear.step()
        else:
            plateau.step(metric)
    return found


def plateau(metrics, **settings):
    target = optimizer()
    schedule = schedules.ReduceLROnPlateau(target, **settings)
    found = []
    for metric in metrics:
        target.step()
        schedule.step(metric)
        found.append(target.param_groups[0]["lr"])
    return {"settings": settings, "metrics": metrics, "rates": found}


def stop(stops_after, resets, **settings):
    """Epochs without improvement until the counter of early stopping is full."""
    target = optimizer()
    schedule = schedules.ReduceLROnPlateau(target, **settings)
    schedule.step(1.0)
    counter = epochs = drops = 0
    while counter < stops_after:
        before = target.param_groups[0]["lr"]
        schedule.step(1.0)
        epochs += 1
        counter += 1
        if target.param_groups[0]["lr"] < before:
            drops += 1
            if resets:
                counter = 0
    return {
        "patience": stops_after,
        "resets": resets,
        "settings": settings,
        "epochs": epochs,
        "drops": drops,
        "rate": target.param_groups[0]["lr"],
    }


def case(name, text, unit, found):
    return {"name": name, "text": text, "unit": unit, "rates": found}


def trainer(name, steps=40, warmup=8, **specific):
    """A schedule of Hugging Face's trainer."""
    made = lambda target: transformers.get_scheduler(
        name, target, warmup, steps, scheduler_specific_kwargs=specific or None
    )
    return rates(made, steps)


HEAD = "lr: 8.0e-5\n"
WARM = HEAD + "warmup_epochs: 6\nwarmup_start_factor: 0.02\n"
ARGUMENTS = '{{"learning_rate": 8e-5, "lr_scheduler_type": "{}", "max_steps": 40, {}}}'

SCHEDULES = [
    case("constant", HEAD, "epoch", rates(lambda o: schedules.ConstantLR(o, 1.0), 10)),
    case(
        "warm-up then constant",
        WARM,
        "epoch",
        rates(after(6, 0.02, lambda o: schedules.ConstantLR(o, 1.0)), 12),
    ),
    case(
        "cosine",
        HEAD + "scheduler: CosineAnnealingLR\nT_max: 20\neta_min: 1.0e-6\n",
        "epoch",
        rates(lambda o: schedules.CosineAnnealingLR(o, 20, 1e-6), 30),
    ),
    case(
        "cosine over the epochs",
        HEAD + "scheduler: cosine\nepochs: 25\n",
        "epoch",
        rates(lambda o: schedules.CosineAnnealingLR(o, 25), 25),
    ),
    case(
        "warm-up then cosine",
        WARM + "scheduler: cosine\nmin_lr: 1.0e-6\nnum_epochs: 26\n",
        "epoch",
        rates(after(6, 0.02, lambda o: schedules.CosineAnnealingLR(o, 20, 1e-6)), 26),
    ),
    case(
        "warm restarts",
        HEAD + "lr_scheduler:\n  name: CosineAnnealingWarmRestarts\n  T_0: 5\n  T_mult: 2\n"
        "  eta_min: 1.0e-6\n",
        "epoch",
        rates(lambda o: schedules.CosineAnnealingWarmRestarts(o, 5, 2, 1e-6), 40),
    ),
    case(
        "warm restarts of one length",
        HEAD + "scheduler: {type: CosineAnnealingWarmRestarts, T_0: 5}\n",
        "epoch",
        rates(lambda o: schedules.CosineAnnealingWarmRestarts(o, 5), 17),
    ),
    case(
        "step",
        "optimizer: {name: SGD, lr: 8.0e-5}\nscheduler:\n  class_path: torch.optim.lr_scheduler.StepLR\n"
        "  init_args: {step_size: 7, gamma: 0.3}\n",
        "epoch",
        rates(lambda o: schedules.StepLR(o, 7, 0.3), 30),
    ),
    case(
        "milestones",
        HEAD + "scheduler: MultiStepLR\nmilestones: [3, 11]\ngamma: 0.5\n",
        "epoch",
        rates(lambda o: schedules.MultiStepLR(o, [3, 11], 0.5), 20),
    ),
    case(
        "exponential",
        HEAD + "scheduler: exponential\ngamma: 0.9\n",
        "epoch",
        rates(lambda o: schedules.ExponentialLR(o, 0.9), 20),
    ),
    case(
        "linear",
        HEAD + "scheduler: linear\nepochs: 20\n",
        "epoch",
        rates(lambda o: schedules.LinearLR(o, 1.0, 0.0, 20), 20),
    ),
    case(
        "polynomial",
        HEAD + "scheduler: PolynomialLR\nepochs: 20\nscheduler_power: 2\n",
        "epoch",
        rates(lambda o: schedules.PolynomialLR(o, 20, 2.0), 20),
    ),
    case("trainer linear", ARGUMENTS.format("linear", '"warmup_steps": 8'), "step", trainer("linear")),
    case("trainer cosine", ARGUMENTS.format("cosine", '"warmup_ratio": 0.2'), "step", trainer("cosine")),
    case(
        "trainer cosine with restarts",
        ARGUMENTS.format("cosine_with_restarts", '"warmup_steps": 8, "num_cycles": 3'),
        "step",
        trainer("cosine_with_restarts", num_cycles=3),
    ),
    case(
        "trainer polynomial",
        ARGUMENTS.format("polynomial", '"warmup_steps": 8'),
        "step",
        trainer("polynomial"),
    ),
    case(
        "trainer constant with warm-up",
        ARGUMENTS.format("constant_with_warmup", '"warmup_steps": 8'),
        "step",
        trainer("constant_with_warmup"),
    ),
    case("trainer constant", ARGUMENTS.format("constant", '"warmup_steps": 0'), "step", [BASE] * 40),
    case(
        "trainer inverse root",
        ARGUMENTS.format("inverse_sqrt", '"warmup_steps": 8'),
        "step",
        trainer("inverse_sqrt"),
    ),
]

FALLING = [1.0, 0.9, 0.8999, 0.5, 0.5, 0.5, 0.5, 0.5, 0.6, 0.4999, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]

if __name__ == "__main__":
    repaired = {"factor": 0.5, "threshold": 5e-3, "min_lr": 1e-6}
    lengths = []
    length = 2048
    for kernel, stride in ((64, 4), (32, 4), (16, 2), (8, 2)):
        layer = torch.nn.Conv1d(1, 1, kernel, stride, kernel // 2)
        length = layer(torch.zeros(1, 1, length)).shape[-1]
        lengths.append(length)
    write(
        "ThalwegDiagnosisTests",
        "schedules",
        {
            "versions": versions() | {"transformers": transformers.__version__},
            "schedules": SCHEDULES,
            "warmed_plateau": [
                {"patience": 7, "rates": warmed_plateau(6, 0.02, [1.0] * 40, patience=7, **repaired)}
            ],
            "plateaus": [
                plateau(FALLING, patience=1, factor=0.5, min_lr=1e-6),
                plateau(FALLING, patience=0, factor=0.1, cooldown=2),
                plateau(FALLING, patience=1, factor=0.5, threshold=0.1, threshold_mode="abs"),
                plateau([2 - x for x in FALLING], patience=2, factor=0.5, mode="max", threshold=0.01),
                plateau([1.0] * 30, patience=1, factor=0.1),
            ],
            "stops": [
                stop(15, True, patience=7, **repaired),
                stop(15, True, patience=3, **repaired),
                stop(15, False, patience=7, **repaired),
                stop(4, True, patience=7, **repaired),
                stop(10, True, patience=2, cooldown=3, factor=0.1, min_lr=1e-7),
            ],
            "lengths": lengths,
        },
    )
