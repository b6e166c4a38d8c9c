"""Measures what the recorder adds to a training step: recorded blocks of steps beside plain ones.

    python Recorders/tests/overhead.py [--seconds N] [--threads N] [--seed N] [WORKLOAD...]

Prints a JSON line a workload. Short blocks of three kinds take turns in random order: plain ones,
recorded ones, and recorded ones whose steps look at all entries. All times of steps are kept.
`overhead` is by how much the step of recorded blocks at a low quantile (QUANTILE) is longer than
that of plain ones, as a share of it: what else runs on the machine only ever makes a step longer,
so that the fast ones tell most of the step itself. `overhead_low` and `overhead_high` hold 95 % of
what comes out when the rounds of blocks are drawn anew, with replacement (a bootstrap);
`overhead_median` compares the medians. One step in EXACT_EVERY looks at all entries; it is counted
with that weight.

Memory that the process has once is kept (KEEP_MEMORY, of glibc). Otherwise between none and 24,000
pages of these workloads' gradients are taken anew in a step, by the luck of what lies where, which
is 20 % of a step and more than anything that is measured here.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from typing import Callable

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import torch
from torch import nn

from thalweg_recorder import Recorder

BATCH = 32
WARM_STEPS = 2
STEPS = 5  # of a block, those that are measured
QUANTILE = 0.1
DRAWS = 1000
EXACT_EVERY = 100  # what the recorder does if it is not told otherwise
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": "8000000000", "MALLOC_TOP_PAD_": "300000000",
               "MALLOC_MMAP_THRESHOLD_": "2000000000"}


@dataclasses.dataclass
class Workload:
    """A model of about ten million parameters, and how it is trained."""

    model: Callable[[], nn.Module]
    batch: Callable[[], torch.Tensor]
    optimizer: Callable[[list[nn.Parameter]], torch.optim.Optimizer]


class Encoder(nn.Module):
    """Three transformer layers of 512 over `[BATCH, 32, 512]`."""

    def __init__(self) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(512, 8, 2048, dropout=0.1, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, 3)
        self.head = nn.Linear(512, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.layers(x).mean(1))


def perceptron() -> nn.Module:
    """Five layers, 10,234,890 parameters."""
    sizes = [1024, 2048, 2048, 1536, 512, 10]
    layers = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
    return nn.Sequential(*(m for layer in layers for m in (layer, nn.ReLU())))[:-1]


def convolutions() -> nn.Module:
    """Eight convolutions with batch normalization over images of 16 x 16."""
    widths = [3, 64, 128, 256, 256, 384, 512, 512, 512]
    blocks = [
        nn.Sequential(nn.Conv2d(a, b, 3, 2 if n in (2, 4, 6) else 1, 1), nn.BatchNorm2d(b),
                      nn.ReLU(inplace=True))
        for n, (a, b) in enumerate(zip(widths, widths[1:]))
    ]
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def vectors() -> torch.Tensor:
    return torch.randn(BATCH, 1024)


WORKLOADS = {
    "mlp, Adam": Workload(perceptron, vectors, lambda p: torch.optim.Adam(p, 1e-4)),
    "mlp, AdamW fused": Workload(
        perceptron, vectors, lambda p: torch.optim.AdamW(p, 1e-4, fused=True)),
    "mlp, SGD": Workload(perceptron, vectors, lambda p: torch.optim.SGD(p, 1e-3)),
    "transformer, AdamW": Workload(
        Encoder, lambda: torch.randn(BATCH, 32, 512), lambda p: torch.optim.AdamW(p, 1e-4)),
    "convolutions, SGD momentum": Workload(
        convolutions, lambda: torch.randn(BATCH, 3, 16, 16),
        lambda p: torch.optim.SGD(p, 1e-3, momentum=0.9)),
}


class Trial:
    """One workload, trained in blocks with and without a recorder."""

    def __init__(self, workload: Workload, folder: str, is_clipped: bool = True):
        torch.manual_seed(1)
        self.model = workload.model()
        self.optimizer = workload.optimizer(list(self.model.parameters()))
        self.x = workload.batch()
        self.y = torch.randint(0, 10, (BATCH,))
        self.folder = folder
        self.is_clipped = is_clipped
        self.bytes: list[float] = []

    def step(self) -> None:
        self.optimizer.zero_grad()
        nn.functional.cross_entropy(self.model(self.x), self.y).backward()
        if self.is_clipped:
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()

    def block(self, exact_every: int | None) -> list[float]:
        """Seconds of each step; None: plain."""
        if exact_every is None:
            return self.times()
        with Recorder(self.model, self.optimizer, self.folder, append=True,
                      exact_every=exact_every).attach() as recorder:
            found = self.times(recorder)
            recorder.flush()
        self.bytes[-1] = (recorder.bytes_written - self.bytes[-1]) / STEPS
        return found

    def times(self, recorder: Recorder | None = None) -> list[float]:
        for _ in range(WARM_STEPS):
            self.step()
        if recorder is not None:  # the header is none of the steps that count
            recorder.flush()
            self.bytes.append(recorder.bytes_written)
        found = []
        for _ in range(STEPS):
            start = time.perf_counter()
            self.step()
            found.append(time.perf_counter() - start)
        return found

    def measure(self, seconds: float, seed: int) -> dict:
        """What recording adds, from as many rounds of three blocks as the time allows."""
        chance = random.Random(seed)
        # 0: no step is one that looks at all entries.
        kinds = {"plain": None, "recorded": 0, "exact": 1}
        for exact_every in kinds.values():
            self.block(exact_every)
        self.bytes.clear()
        rounds = []
        end = time.monotonic() + seconds
        while len(rounds) < 2 or time.monotonic() < end:
            order = list(kinds)
            chance.shuffle(order)
            rounds.append({kind: self.block(kinds[kind]) for kind in order})
        found = compared(rounds, QUANTILE)
        low, high = interval(rounds, QUANTILE, chance)
        return {
            "parameters": sum(p.numel() for p in self.model.parameters()),
            "tensors": len(list(self.model.parameters())),
            "step_milliseconds": round(1e3 * found["plain"], 3),
            "overhead": round(found["share"], 5),
            "overhead_low": round(low, 5),
            "overhead_high": round(high, 5),
            "overhead_milliseconds": round(1e3 * found["share"] * found["plain"], 3),
            "overhead_median": round(compared(rounds, 0.5)["share"], 5),
            "overhead_exact_step": round(found["exact"], 5),
            "bytes_per_step": round(quantile(self.bytes, 0.5)),
            "rounds": len(rounds),
            "steps": STEPS,
            "quantile": QUANTILE,
        }


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * len(values))]


def compared(rounds: list[dict[str, list[float]]], share: float) -> dict[str, float]:
    """Seconds of a plain step at this quantile, and what recording adds to it as shares."""
    plain, recorded, exact = (
        quantile([t for blocks in rounds for t in blocks[kind]], share)
        for kind in ("plain", "recorded", "exact"))
    mixed = recorded + (exact - recorded) / EXACT_EVERY
    return {"plain": plain, "share": mixed / plain - 1, "exact": exact / plain - 1}


def interval(rounds: list[dict[str, list[float]]], share: float,
             chance: random.Random) -> tuple[float, float]:
    """What holds 95 % of the shares that recording adds, over rounds drawn with replacement."""
    drawn = sorted(compared(chance.choices(rounds, k=len(rounds)), share)["share"]
                   for _ in range(DRAWS))
    return drawn[int(0.025 * DRAWS)], drawn[int(0.975 * DRAWS)]


def cpu() -> str:
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def measure(name: str, seconds: float, seed: int) -> dict:
    """The figures of one workload, with the machine that they hold for."""
    folder = tempfile.mkdtemp()
    try:
        figures = Trial(WORKLOADS[name], folder).measure(seconds, seed)
    finally:
        shutil.rmtree(folder)
    machine = {"torch": torch.__version__, "threads": torch.get_num_threads(), "cpu": cpu(),
               "load": round(os.getloadavg()[0], 2)}
    return {"workload": name, **figures, **machine}


def measure_apart(name: str, seconds: float) -> dict:
    """The same in a process that keeps its memory."""
    words = [sys.executable, __file__, name, "--seconds", str(seconds)]
    run = subprocess.run(words, check=True, capture_output=True, text=True)
    return json.loads(run.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=50)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD",
                        help=", ".join(f"'{name}'" for name in WORKLOADS))
    arguments = parser.parse_args()
    for name in arguments.workloads:
        if name not in WORKLOADS:
            parser.error(f"unknown workload '{name}'; known: {', '.join(WORKLOADS)}")
    if any(os.environ.get(name) != value for name, value in KEEP_MEMORY.items()):
        # glibc reads them when a process starts.
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **KEEP_MEMORY})
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    for name in arguments.workloads or WORKLOADS:
        print(json.dumps(measure(name, arguments.seconds, arguments.seed)), flush=True)


if __name__ == "__main__":
    main()
