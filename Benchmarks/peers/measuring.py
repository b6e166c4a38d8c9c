"""What the peers share: options, the folder of a workload, time, memory, the printed document."""

import argparse
import json
import os
import pathlib
import platform
import signal
import sys
import time

WARM_UP_STEPS = 20
# Slow steps are warm after so many, and after a second.
FEWEST_STEPS, WARM_UP_SECONDS = 5, 1


def options(modes, description):
    """Reads the command line and keeps the process to its cores; to be called before the framework
    is imported, which counts the cores that it may use."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "folder",
        type=pathlib.Path,
        nargs="?",
        help="what `thalweg bench --export` wrote; without it, workloads are lines of input",
    )
    parser.add_argument("--mode", choices=modes, default=modes[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.1, help="of a round, about")
    parser.add_argument("--losses", type=int, default=101, help="first steps, to compare")
    parser.add_argument("--limit", type=int, default=240, help="seconds of a line's workload")
    chosen = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if not 1 <= chosen.threads <= len(cores):
        sys.exit(f"--threads {chosen.threads}: there are {len(cores)} cores")
    os.sched_setaffinity(0, cores[: chosen.threads])
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"):
        os.environ[name] = str(chosen.threads)
    return chosen


class Workload:
    """What is measured, with its tensors; without any, a model starts from numbers of its own."""

    def __init__(self, document, start, data):
        self.name = document["workload"]
        self.settings = document["settings"]
        self.optimizer = document["optimizer"]
        self.start = start
        self.data = data


def exported(folder, load):
    """The workload that `thalweg bench --export` wrote; `load` reads a file of tensors."""
    document = json.loads((folder / "workload.json").read_text())
    if document["format"] != 1:
        sys.exit(f"{folder}: format {document['format']} is not known")
    start = folder / "start.safetensors"
    return Workload(
        document, load(start) if start.exists() else {}, load(folder / "data.safetensors")
    )


def for_each_line(limit, measure):
    """Measures the workload of each line of standard input, in a process of its own that does not
    import the framework again: it is forked from this one."""
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            signal.alarm(limit)
            measured(json.loads(line), measure)
        status = os.waitpid(process, 0)[1]
        if os.WIFSIGNALED(status):
            late = os.WTERMSIG(status) == signal.SIGALRM
            name = signal.Signals(os.WTERMSIG(status)).name
            why = f"not finished within the limit of {limit} s" if late else f"ended by {name}"
            print(json.dumps({"error": why}), flush=True)


def measured(document, measure):
    """Ends this process after a line about the workload."""
    try:
        measure(document)
    except BaseException as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
    finally:
        sys.stdout.flush()
        os._exit(0)


def hyperparameters(settings):
    """The settings by the last word of their keys, however they are nested."""
    found = {}
    for key, value in settings.items():
        if isinstance(value, dict):
            found |= hyperparameters(value)
        else:
            found[key.split(".")[-1]] = value
    return found


def kept_entries(settings):
    """How many entries of the structure RC-GNN keeps."""
    if "kept" in settings:
        return settings["kept"]
    return max(1, int(settings["kept_share"] * settings["variables"] ** 2))


def round_means(step, chosen, steps_of_call=1):
    """The mean time of a step in microseconds, for each round, in order of time.

    `step` makes `steps_of_call` steps and returns when their result is there."""
    # The first one compiles.
    step()
    begin, steps = time.perf_counter(), 0
    while steps < FEWEST_STEPS or (
        steps < WARM_UP_STEPS and time.perf_counter() - begin < WARM_UP_SECONDS
    ):
        step()
        steps += steps_of_call
    begin, calls = time.perf_counter(), 0
    while time.perf_counter() - begin < chosen.seconds:
        step()
        calls += 1
    calls = max(1, round(chosen.seconds * calls / (time.perf_counter() - begin)))
    means = []
    for _ in range(chosen.rounds):
        begin = time.perf_counter()
        for _ in range(calls):
            step()
        means.append(1e6 * (time.perf_counter() - begin) / (calls * steps_of_call))
    return means


def memory(key):
    """A figure of this process in bytes: VmRSS what is resident, VmHWM the most ever."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return 1024 * int(line.split()[1])
    raise KeyError(key)


def report(framework, chosen, workload, versions, start_bytes, losses, check, microseconds):
    """Prints the one document of a run."""
    print(
        json.dumps(
            {
                "framework": framework,
                "workload": workload.name,
                "mode": chosen.mode,
                "threads": chosen.threads,
                "versions": versions | {"python": platform.python_version()},
                "microseconds": microseconds,
                "losses": losses,
                "check": check,
                "peak_bytes": memory("VmHWM"),
                "start_bytes": start_bytes,
            }
        )
    )
