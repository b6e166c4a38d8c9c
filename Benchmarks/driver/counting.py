"""What a noisy machine does not change: allocations and instructions of a step."""

import os
import platform
import re
import shutil
import subprocess

from driver import environment, measuring

KERNELS = "x86-64-v3"
CORE = "Haswell"
# Differences of these numbers of steps a round must agree, or something else than steps was counted.
STEPS = (1, 3, 5)
STEADY = 0.01


def allocations(options):
    """Heap allocations of 7 rounds of 20 steps, by the number of threads; None where nobody counts."""
    found = {}
    for threads in environment.thread_counts():
        command = [environment.COMMAND, "bench", *options, "--steps", "20", "--json"]
        found[threads] = measuring.document([*command, "--threads", threads])["allocations"]
    return found


def why_not():
    """Why instructions cannot be counted here; None where they can."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return f"thresholds are of Linux x86_64, this is {platform.system()} {platform.machine()}"
    for program in ("valgrind", "strip"):
        if not shutil.which(program):
            return f"there is no {program}"
    if KERNELS not in levels():
        return f"the CPU has no {KERNELS}"
    return None


def levels():
    """The kernel levels that the CPU has, as far as they matter here."""
    try:
        measuring.run([environment.COMMAND, "bench", "--machine", "--kernels", KERNELS])
    except measuring.Failure:
        return ()
    return (KERNELS,)


def stripped():
    """A copy of the command without debug data, which valgrind fails on."""
    target = environment.SCRATCH / "bench" / "thalweg-stripped"
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["strip", "-g", "-o", target, environment.COMMAND], check=True)
    return target


def instructions(command, options):
    """Instructions of one step on one thread. Valgrind knows no AVX-512 and simulates a CPU of its
    own, so kernels and OpenBLAS core are fixed here, and here alone."""
    counts, steps = [], []
    for wanted in STEPS:
        total, document = callgrind(command, [*options, "--steps", str(wanted)])
        counts.append(total)
        steps.append(document["steps"])
        found = (document["kernels"], document["blas_core"].lower())
        if found != (KERNELS, CORE.lower()):
            raise measuring.Failure(f"ran on {found}, not on {KERNELS} and {CORE}")
    parts = [
        (counts[i + 1] - counts[i]) / (steps[i + 1] - steps[i]) for i in range(len(STEPS) - 1)
    ]
    if max(parts) > (1 + STEADY) * min(parts):
        raise measuring.Failure(f"a step is {parts} instructions: not steady, nothing is told")
    return round((counts[-1] - counts[0]) / (steps[-1] - steps[0]))


def callgrind(command, options):
    words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    words += [command, "bench", *options, "--json", "--threads", "1", "--kernels", KERNELS]
    surroundings = os.environ | {"OPENBLAS_CORETYPE": CORE, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, env=surroundings
    )
    total = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not total:
        tail = " / ".join(done.stderr.strip().splitlines()[-3:])
        raise measuring.Failure(f"valgrind ended with {done.returncode}: {tail}")
    return int(total[1]), measuring.parsed(done.stdout)
