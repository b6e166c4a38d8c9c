"""How cost grows with one size of a workload: what is measured, and how."""

import json
import statistics
import subprocess
import time
from collections.abc import Callable
from typing import NamedTuple

from driver import environment, measuring
from driver.plan import OURS

EAGER = "torch eager"
# A side is not measured at greater sizes than the one whose step takes longer.
LONGEST_STEP = 0.25e6
KEPT = ("microseconds", "operations", "peak_bytes", "start_bytes")


class Curve(NamedTuple):
    """A workload at sizes of which one doubles."""

    name: str
    workload: str
    unit: str
    """What the size counts."""
    sizes: tuple
    options: Callable
    """The options of the command for a size."""
    time: str
    """The slope that is expected of time where overhead no longer counts."""
    memory: str
    """The slope that is expected of memory where the process no longer counts."""


def doublings(first, last):
    sizes = [first]
    while 2 * sizes[-1] <= last:
        sizes.append(2 * sizes[-1])
    return tuple(sizes)


def listed(*sizes):
    return ("--sizes", ",".join(map(str, sizes)))


CURVES = (
    Curve(
        "mlp-batch",
        "mlp",
        "rows of a batch",
        doublings(8, 16384),
        lambda n: (*listed(256, 512, 512, 256), "--batch", str(n)),
        "1",
        "1",
    ),
    Curve(
        "mlp-width",
        "mlp",
        "width of 3 layers, batch 64",
        doublings(32, 2048),
        lambda n: (*listed(n, n, n, n), "--batch", "64"),
        "2",
        "2",
    ),
    Curve(
        "mlp-depth",
        "mlp",
        "hidden layers of width 256, batch 128",
        doublings(1, 128),
        lambda n: (*listed(*[256] * (n + 2)), "--batch", "128"),
        "1",
        "1",
    ),
    Curve(
        "transformer-length",
        "transformer",
        "length, batch 4, width 64",
        doublings(16, 1024),
        lambda n: listed(4, n, 64, 8, 256),
        "1 to 2: linear maps 1, attention 2",
        "1, and 2 where scores are kept",
    ),
    Curve(
        "transformer-width",
        "transformer",
        "width, batch 4, length 96",
        doublings(32, 1024),
        lambda n: listed(4, 96, n, 8, 4 * n),
        "1 to 2: linear maps 2, the rest 1",
        "1 to 2: weights 2, the rest 1",
    ),
    Curve(
        "transformer-batch",
        "transformer",
        "sequences of length 96, width 64",
        doublings(1, 256),
        lambda n: listed(n, 96, 64, 8, 256),
        "1",
        "1",
    ),
    Curve(
        "lstm-length",
        "lstm",
        "length, batch 8, 128 units",
        doublings(8, 1024),
        lambda n: listed(8, n, 64, 128, 2),
        "1",
        "1",
    ),
    Curve(
        "lstm-batch",
        "lstm",
        "sequences of length 32, 128 units",
        doublings(1, 256),
        lambda n: listed(n, 32, 64, 128, 2),
        "1",
        "1",
    ),
    Curve(
        "layer-norm-rows",
        "layer-norm",
        "rows of 1024",
        doublings(16, 16384),
        lambda n: listed(n, 1024),
        "1",
        "1",
    ),
)
ALL = "curves"


def chosen(names):
    """The curves of the given names; all for their common name, and without any name."""
    return [curve for curve in CURVES if not names or {curve.name, ALL} & set(names)]


class Eager:
    """A process that has imported torch and forks one of its own for each workload that it is told:
    all start from the same state, and none pays for the import."""

    def __init__(self, python, threads):
        command = [python, environment.PEERS / "torch_peer.py", "--losses", "0"]
        command += ["--threads", str(threads), "--limit", str(measuring.TIME_LIMIT)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def measure(self, workload):
        try:
            print(json.dumps(workload), file=self.process.stdin, flush=True)
        except OSError:
            pass  # It has ended, and says nothing either.
        for line in self.process.stdout:
            # Some frameworks print lines of their own before it.
            if line.startswith("{"):
                found = json.loads(line)
                if "error" in found:
                    raise measuring.Failure(found["error"])
                return found
        raise measuring.Failure("ended without a result")

    def close(self):
        try:
            self.process.stdin.close()
        except OSError:
            pass
        self.process.wait()


def measure(curve, eager, threads):
    """All there is to know of a curve, as it is kept in results/."""
    began = time.monotonic()
    kept = {"format": 1, "curve": curve.name, "machine": environment.machine()}
    kept |= {"caches": environment.caches(), "threads": threads, "versions": {}, "points": []}
    rule = measuring.export(curve, curve.options(curve.sizes[0]))[1]["optimizer"]
    for size in curve.sizes:
        kept["points"].append(point(curve, size, eager, threads, rule, kept))
        last = kept["points"][-1]
        say(curve, last)
        if not is_short(last[OURS]):
            break
        if eager and not is_short(last[EAGER]):
            eager = None
    print(f"bench: {curve.name}: {time.monotonic() - began:.0f} s", flush=True)
    return kept


def point(curve, size, eager, threads, rule, kept):
    """What each side takes at one size, or why it has no result."""
    found = {"size": size}
    try:
        ours = measuring.measure_ours(curve.workload, curve.options(size), threads)
    except measuring.Failure as failure:
        return found | {OURS: {"error": str(failure)}}
    found[OURS] = {key: ours.get(key) for key in KEPT}
    if eager:
        line = {"workload": ours["identity"], "settings": ours["settings"], "optimizer": rule}
        try:
            theirs = eager.measure(line)
            found[EAGER] = {key: theirs[key] for key in KEPT if key in theirs}
            kept["versions"] |= theirs["versions"]
        except measuring.Failure as failure:
            found[EAGER] = {"error": str(failure)}
    return found


def is_short(side):
    """Whether a step at twice the size can be waited for."""
    return "error" not in side and statistics.median(side["microseconds"]) <= LONGEST_STEP


def say(curve, point):
    for side in (OURS, EAGER):
        if side in point:
            found = point[side]
            text = found.get("error") or f"{statistics.median(found['microseconds']):.1f} us"
            print(f"bench: {curve.name} at {point['size']}: {side}: {text}", flush=True)
