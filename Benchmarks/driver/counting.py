"""What a noisy machine does not change: allocations and instructions of a step."""

import functools
import os
import platform
import re
import shutil
import subprocess

from driver import environment, measuring

KERNELS = "x86-64-v3"
CORE = "Haswell"
# Two differences of numbers of steps must agree, or something else than steps was counted.
STEADY = 0.01
# So many instructions between two runs drown what start-up and printing differ by.
ENOUGH = 5_000_000
# So many drown what happens once as well, and a third run would take half a minute.
PLENTY = 100_000_000
MOST_STEPS = 30
ROUNDS = 7


def allocations(options):
    """Heap allocations of 7 rounds of 20 steps, by the number of threads; None: nobody counts.

    They are counted on the fixed core where the CPU has it: some cores of OpenBLAS allocate in
    products of some sizes (SkylakeX in 0.3.21), which says nothing about a change of ours."""
    fixed = {"OPENBLAS_CORETYPE": CORE} if has_kernels() else {}
    found, native = {}, {}
    for threads in environment.thread_counts():
        command = [environment.COMMAND, "bench", *options, "--steps", "20", "--json"]
        command += ["--threads", threads]
        found[threads] = measuring.document(command, variables=fixed)["allocations"]
        about = measuring.document(command)
        native[about["blas_core"]] = about["allocations"]
    for core, number in native.items():
        if number not in found.values():
            print(f"bench-check: {' '.join(options)}: {number} allocations on core {core}")
    return found


def why_not():
    """Why instructions cannot be counted here; None where they can."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return f"thresholds are of Linux x86_64, this is {platform.system()} {platform.machine()}"
    for program in ("valgrind", "strip"):
        if not shutil.which(program):
            return f"there is no {program}"
    if not has_kernels():
        return f"the CPU has no {KERNELS}"
    return None


@functools.cache
def has_kernels():
    """Whether the CPU has the kernel level that is fixed here."""
    try:
        measuring.run([environment.COMMAND, "bench", "--machine", "--kernels", KERNELS])
    except measuring.Failure:
        return False
    return True


def stripped():
    """A copy of the command without debug data, which valgrind fails on."""
    target = environment.SCRATCH / "bench" / "thalweg-stripped"
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["strip", "-g", "-o", target, environment.COMMAND], check=True)
    return target


def instructions(command, options):
    """Instructions of one step on one thread. Valgrind knows no AVX-512 and simulates a CPU of its
    own, so kernels and OpenBLAS core are fixed here, and here alone."""
    first, second = callgrind(command, options, 1), callgrind(command, options, 2)
    if second - first >= PLENTY:
        return round((second - first) / ROUNDS)
    more = min(MOST_STEPS, max(1, ENOUGH // max(1, second - first)))
    middle = callgrind(command, options, 1 + more) if more > 1 else second
    last = callgrind(command, options, 1 + 2 * more)
    parts = [(middle - first) / (ROUNDS * more), (last - middle) / (ROUNDS * more)]
    if not 0 < max(parts) <= (1 + STEADY) * min(parts):
        raise measuring.Failure(
            f"a step is {parts[0]:.0f} and {parts[1]:.0f} instructions: something else was counted"
        )
    return round(sum(parts) / 2)


def callgrind(command, options, steps):
    """Instructions of the whole process with so many steps a round."""
    words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    words += [command, "bench", *options, "--json", "--threads", "1", "--kernels", KERNELS]
    words += ["--steps", str(steps)]
    surroundings = os.environ | {"OPENBLAS_CORETYPE": CORE, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, env=surroundings
    )
    total = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not total:
        tail = " / ".join(done.stderr.strip().splitlines()[-3:])
        raise measuring.Failure(f"valgrind ended with {done.returncode}: {tail}")
    document = measuring.parsed(done.stdout)
    found = (document["kernels"], document["blas_core"].lower())
    if found != (KERNELS, CORE.lower()):
        raise measuring.Failure(f"ran on {found}, not on {KERNELS} and {CORE}")
    if document["steps"] != ROUNDS * steps:
        raise measuring.Failure(f"made {document['steps']} steps in {ROUNDS} rounds of {steps}")
    return int(total[1])
