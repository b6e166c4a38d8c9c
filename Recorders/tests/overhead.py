"""Measures what the recorder adds to a training step: recorded blocks of steps beside plain ones.

    python Recorders/tests/overhead.py [--pairs N] [--steps N] [--threads N] [WORKLOAD...]

Prints a JSON line a workload: the ratios of neighbouring blocks less one, as shares of a plain step,
and the bytes that a step wrote. Blocks take turns at going first, because the machine's speed drifts.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import shutil
import statistics
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

    def seconds(self, steps: int) -> float:
        for _ in range(WARM_STEPS):
            self.step()
        start = time.perf_counter()
        for _ in range(steps):
            self.step()
        return time.perf_counter() - start

    def plain(self, steps: int) -> float:
        return self.seconds(steps)

    def recorded(self, steps: int) -> float:
        with Recorder(self.model, self.optimizer, self.folder, append=True).attach() as recorder:
            found = self.seconds(steps)
            recorder.flush()
        self.bytes.append(recorder.bytes_written / (steps + WARM_STEPS))
        return found

    def measure(self, pairs: int, steps: int) -> dict:
        """Shares of a plain step that recording adds, a pair of blocks each."""
        self.plain(steps)
        shares, plain = [], []
        for pair in range(pairs):
            order = [self.plain, self.recorded]
            times = {f.__name__: f(steps) for f in (order if pair % 2 else order[::-1])}
            shares.append(times["recorded"] / times["plain"] - 1)
            plain.append(times["plain"] / steps)
        low, middle, high = statistics.quantiles(shares, n=4)
        return {
            "parameters": sum(p.numel() for p in self.model.parameters()),
            "tensors": len(list(self.model.parameters())),
            "step_milliseconds": round(1e3 * statistics.median(plain), 3),
            "overhead": round(middle, 5),
            "overhead_low": round(low, 5),
            "overhead_high": round(high, 5),
            "bytes_per_step": round(statistics.median(self.bytes)),
            "pairs": pairs,
            "steps": steps,
        }


def cpu() -> str:
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def measure(name: str, pairs: int, steps: int) -> dict:
    """The figures of one workload, with the machine that they hold for."""
    folder = tempfile.mkdtemp()
    try:
        figures = Trial(WORKLOADS[name], folder).measure(pairs, steps)
    finally:
        shutil.rmtree(folder)
    machine = {"torch": torch.__version__, "threads": torch.get_num_threads(), "cpu": cpu(),
               "load": round(os.getloadavg()[0], 2)}
    return {"workload": name, **figures, **machine}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD",
                        help=", ".join(f"'{name}'" for name in WORKLOADS))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for name in arguments.workloads or WORKLOADS:
        if name not in WORKLOADS:
            parser.error(f"unknown workload '{name}'; known: {', '.join(WORKLOADS)}")
        print(json.dumps(measure(name, arguments.pairs, arguments.steps)), flush=True)


if __name__ == "__main__":
    main()
