"""Measures what the recorder adds to a training step: recorded blocks of steps beside plain ones.

    python Recorders/tests/overhead.py [--pairs N] [--steps N] [--threads N] [WORKLOAD...]

Prints a JSON line a workload: by how much the median step of a recorded block is longer than that
of the plain block beside it, as a share, the median and the quartiles over all pairs; the same for
the CPU time of whole blocks; and the bytes that a step wrote. Blocks take turns at going first,
because the machine's speed drifts. One step in EXACT_EVERY looks at all entries; it is measured in
blocks of its own and counted with that weight.

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
import shutil
import statistics
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

    def block(self, steps: int) -> tuple[float, float]:
        """Seconds of the median step, and CPU seconds of all."""
        for _ in range(WARM_STEPS):
            self.step()
        times = []
        processor = time.process_time()
        for _ in range(steps):
            start = time.perf_counter()
            self.step()
            times.append(time.perf_counter() - start)
        return statistics.median(times), time.process_time() - processor

    def recorded(self, steps: int, exact_every: int) -> tuple[float, float]:
        with Recorder(self.model, self.optimizer, self.folder, append=True,
                      exact_every=exact_every).attach() as recorder:
            found = self.block(steps)
            recorder.flush()
        self.bytes.append(recorder.bytes_written / (steps + WARM_STEPS))
        return found

    def measure(self, pairs: int, steps: int) -> dict:
        """What recording adds, as shares of a plain block."""
        arms = [lambda: self.block(steps), lambda: self.recorded(steps, EXACT_EVERY),
                lambda: self.recorded(steps, 1)]
        self.block(steps)
        found = []
        for pair in range(pairs):
            order = range(3) if pair % 2 else reversed(range(3))
            blocks = {arm: arms[arm]() for arm in order}
            found.append([blocks[arm] for arm in range(3)])
        shares = [[blocks[arm][0] / blocks[0][0] - 1 for blocks in found] for arm in (1, 2)]
        low, middle, high = statistics.quantiles(shares[0], n=4)
        exact = statistics.median(shares[1])
        added = (exact - middle) / EXACT_EVERY
        processor = statistics.median(b[1][1] / b[0][1] - 1 for b in found)
        return {
            "parameters": sum(p.numel() for p in self.model.parameters()),
            "tensors": len(list(self.model.parameters())),
            "step_milliseconds": round(1e3 * statistics.median(b[0][0] for b in found), 3),
            "overhead": round(middle + added, 5),
            "overhead_low": round(low + added, 5),
            "overhead_high": round(high + added, 5),
            "overhead_exact_step": round(exact, 5),
            "cpu_overhead": round(processor + added, 5),
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


def measure_apart(name: str, pairs: int, steps: int, threads: int | None = None) -> dict:
    """The same in a process that keeps its memory."""
    words = [sys.executable, __file__, name, "--pairs", str(pairs), "--steps", str(steps)]
    words += [] if threads is None else ["--threads", str(threads)]
    run = subprocess.run(words, check=True, capture_output=True, text=True)
    return json.loads(run.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int)
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
        print(json.dumps(measure(name, arguments.pairs, arguments.steps)), flush=True)


if __name__ == "__main__":
    main()
