"""Runs our side and the peers' alternately, as whole processes on the same cores."""

import json
import os
import shutil
import statistics
import subprocess
import time

from driver import environment
from driver.plan import APART, OURS, PEERS

TIME_LIMIT = 1200
# A number of threads that was so much slower in the first repetition is not tried again.
HOPELESS = 1.25


class Failure(Exception):
    """A process that gave no result."""


def run(command, threads=None, variables=None):
    """The standard output of a command that is kept to the first cores."""
    kept = environment.cores()[:threads]

    def keep():
        if threads and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, kept)

    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT,
            preexec_fn=keep,
            env=os.environ | (variables or {}),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failure(str(error)) from None
    if done.returncode != 0:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise Failure(f"ended with {done.returncode}: {' / '.join(lines)}")
    return done.stdout


def document(command, threads=None, variables=None):
    """The JSON document that a command prints."""
    return parsed(run(command, threads, variables))


def parsed(text):
    try:
        # Some frameworks print lines of their own before it.
        return json.loads(text[text.index("{") :])
    except ValueError:
        raise Failure(f"no JSON in its output: {text[-200:]!r}") from None


def after_steps(losses):
    """The losses that are compared, by the number of steps made before."""
    return {str(steps): losses[steps] for steps in (1, 100) if steps < len(losses or [])}


def ceilings():
    found = []
    for threads in environment.thread_counts():
        command = [environment.COMMAND, "bench", "--machine", "--json", "--threads", threads]
        about = document(command, threads)
        found.append({"threads": threads} | about)
    return found


def export(row):
    """Writes what the peers start from; returns the folder and what is kept of it."""
    folder = environment.SCRATCH / "bench" / "exports" / row.name
    folder.parent.mkdir(parents=True, exist_ok=True)
    # The command writes into no folder that holds something.
    shutil.rmtree(folder, ignore_errors=True)
    run([environment.COMMAND, "bench", row.workload, *row.options, "--export", folder])
    about = json.loads((folder / "workload.json").read_text())
    kept = {name: about.get(name) for name in ("name", "settings", "optimizer", "check")}
    return folder, kept | {"losses": after_steps(about.get("losses"))}


def measure_ours(row, threads):
    command = [environment.COMMAND, "bench", row.workload, *row.options, "--json"]
    return document([*command, "--threads", threads], threads)


def measure_peer(python, side, folder, threads):
    script, mode = PEERS[side]
    command = [python, environment.PEERS / script, folder, "--mode", mode, "--threads", threads]
    found = document(command, threads)
    return found | {"losses": after_steps(found.get("losses"))}


def measure(row, python, repeat):
    """All there is to know of a row, as it is kept in results/."""
    began = time.monotonic()
    kept = {"format": 1, "row": row.name, "workload": row.workload, "options": list(row.options)}
    kept |= {"machine": environment.machine(), "repetitions": repeat, "ceilings": ceilings()}
    folder, kept["export"] = export(row)
    kept["runs"] = runs = []
    peers = list(PEERS) if python else []
    if kept["export"]["optimizer"] is None or not kept["export"]["losses"]:
        peers = [side for side in peers if side != APART]
    # Ours stands between each two of the peers: ours, eager, ours, compiled, ours, ...
    order = [side for peer in peers for side in (OURS, peer)] or [OURS]
    for repetition in range(repeat):
        for side in order:
            for threads in worthwhile(runs, side, repetition):
                found = {"side": side, "threads": threads, "repetition": repetition}
                try:
                    if side == OURS:
                        found["document"] = measure_ours(row, threads)
                    else:
                        found["document"] = measure_peer(python, side, folder, threads)
                except Failure as failure:
                    found["error"] = str(failure)
                runs.append(found)
                say(row, found)
    print(f"bench: {row.name}: {time.monotonic() - began:.0f} s", flush=True)
    return kept


def worthwhile(runs, side, repetition):
    """The numbers of threads that a side is measured with: those that may be its better one."""
    counts = environment.thread_counts()
    first = [run for run in runs if run["side"] == side and run["repetition"] == 0]
    if repetition == 0:
        return counts
    medians = {
        threads: statistics.median(
            time
            for run in first
            if run["threads"] == threads
            for time in run["document"]["microseconds"]
        )
        for threads in counts
        if all("document" in run for run in first if run["threads"] == threads)
    }
    return [n for n in medians if medians[n] <= HOPELESS * min(medians.values())]


def say(row, found):
    text = found.get("error")
    if text is None:
        text = f"{statistics.median(found['document']['microseconds']):.1f} us"
    threads = "1 thread" if found["threads"] == 1 else f"{found['threads']} threads"
    print(f"bench: {row.name}: {found['side']}, {threads}: {text}", flush=True)


def start_up():
    """Milliseconds that `thalweg --version` takes as a whole process, each of some calls."""
    times = []
    for _ in range(21):
        began = time.perf_counter()
        run([environment.COMMAND, "--version"])
        times.append(1e3 * (time.perf_counter() - began))
    return {"format": 1, "machine": environment.machine(), "milliseconds": sorted(times)}
