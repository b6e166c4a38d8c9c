"""Runs our side and the peers' alternately, as whole processes on the same cores."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import time

from driver import environment, figures
from driver.plan import APART, OURS, PEERS

TIME_LIMIT = 600
# A peer that took so many times as long as the best one is not the best one in another repetition.
HOPELESS = 2
# A round of the loop apart is a hundred steps at least.
ROUNDS_APART = 3


class Failure(Exception):
    """A process that gave no result."""


def run(command, threads=None, variables=None):
    """The standard output of a command that is kept to the first cores."""
    kept = environment.cores()[:threads]

    def keep():
        if threads and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, kept)

    try:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=keep,
            # A group of its own, as compilers that a peer has started end with it.
            start_new_session=True,
            env=os.environ | (variables or {}),
        )
    except OSError as error:
        raise Failure(str(error)) from None
    try:
        output, errors = process.communicate(timeout=TIME_LIMIT)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise Failure(f"not finished within the limit of {TIME_LIMIT} s") from None
        raise
    if process.returncode != 0:
        raise Failure(ending(process.returncode, errors.strip() or output.strip()))
    return output


def ending(code, text):
    """How a process ended that did not end well, with its last lines."""
    how = f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
    last = " / ".join(text.splitlines()[-3:])
    return f"{how}: {last}" if last else how


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
    """What the machine gives at best with the most threads that are measured."""
    threads = environment.thread_counts()[-1]
    command = [environment.COMMAND, "bench", "--machine", "--json", "--threads", threads]
    return [{"threads": threads} | document(command, threads)]


def export(row, options):
    """Writes what the peers start from; returns the folder and what is kept of it."""
    folder = environment.SCRATCH / "bench" / "exports" / row.name
    folder.parent.mkdir(parents=True, exist_ok=True)
    # The command writes into no folder that holds something.
    shutil.rmtree(folder, ignore_errors=True)
    run([environment.COMMAND, "bench", row.workload, *options, "--export", folder])
    about = json.loads((folder / "workload.json").read_text())
    kept = {name: about.get(name) for name in ("name", "settings", "optimizer", "check")}
    return folder, kept | {"losses": after_steps(about.get("losses"))}


def measure_ours(workload, options, threads):
    command = [environment.COMMAND, "bench", workload, *options, "--json"]
    return document([*command, "--threads", threads], threads)


def measure_peer(python, side, folder, threads, repetition):
    """Every repetition starts from the same weights, so that the first one alone has losses."""
    script, mode = PEERS[side]
    command = [python, environment.PEERS / script, folder, "--mode", mode, "--threads", threads]
    command += ["--rounds", ROUNDS_APART] if side == APART else []
    command += ["--losses", 0] if repetition > 0 else []
    found = document(command, threads)
    return found | {"losses": after_steps(found.get("losses"))}


def measure(row, python, repeat):
    """All there is to know of a row, as it is kept in results/."""
    began = time.monotonic()
    kept = {"format": 1, "row": row.name, "workload": row.workload, "options": list(row.options)}
    kept |= {"machine": environment.machine(), "repetitions": repeat, "ceilings": ceilings()}
    folder, kept["export"] = export(row, row.options)
    kept["runs"] = runs = []
    peers = [side for side in PEERS if python and side not in row.without]
    if kept["export"]["optimizer"] is None or not kept["export"]["losses"]:
        peers = [side for side in peers if side != APART]
    for repetition in range(repeat):
        counts = {side: worthwhile(runs, side, repetition) for side in (OURS, *peers)}
        # Ours stands between each two of the peers: ours, eager, ours, compiled, ours, ...
        order = [side for peer in peers if counts[peer] for side in (OURS, peer)] or [OURS]
        for side in order:
            for threads in counts[side]:
                found = {"side": side, "threads": threads, "repetition": repetition}
                try:
                    if side == OURS:
                        found["document"] = measure_ours(row.workload, row.options, threads)
                    else:
                        found["document"] = measure_peer(
                            python, side, folder, threads, repetition
                        )
                except Failure as failure:
                    found["error"] = str(failure)
                runs.append(found)
                say(row, found)
    print(f"bench: {row.name}: {time.monotonic() - began:.0f} s", flush=True)
    return kept


def worthwhile(runs, side, repetition):
    """The numbers of threads that a side is measured with: at first all, later the better one of
    those that may be the best peer."""
    if repetition == 0:
        return environment.thread_counts()
    first = {"runs": [run for run in runs if run["repetition"] == 0]}
    found, best = figures.better(first, side), figures.best_peer(first)
    if side == APART:
        return []
    if not found:
        # Tried again: what it has compiled before is at hand.
        return environment.thread_counts()
    if side != OURS and found.median > HOPELESS * best.median:
        return []
    return [found.threads]


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
