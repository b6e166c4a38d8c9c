"""What the tables say, computed from the raw documents."""

import statistics
from typing import NamedTuple

from driver.plan import APART, CHECK_TOLERANCE, COMPARED, LOSS_TOLERANCES, OURS, PEERS


class Figure(NamedTuple):
    """The times of a side with its better number of threads."""

    side: str
    threads: int
    median: float
    low: float
    high: float
    by_repetition: dict


def documents(raw, side, threads=None):
    return [
        run["document"]
        for run in raw["runs"]
        if run["side"] == side and "document" in run and threads in (None, run["threads"])
    ]


def figures(raw, side):
    """A figure for each number of threads: median and quartiles of the means of all rounds."""
    found = []
    for threads in sorted({run["threads"] for run in raw["runs"]}):
        times, by_repetition = [], {}
        for run in raw["runs"]:
            if (run["side"], run["threads"]) == (side, threads) and "document" in run:
                times += run["document"]["microseconds"]
                by_repetition.setdefault(run["repetition"], []).extend(
                    run["document"]["microseconds"]
                )
        if times:
            low, _, high = quartiles(times)
            medians = {index: statistics.median(part) for index, part in by_repetition.items()}
            found.append(Figure(side, threads, statistics.median(times), low, high, medians))
    return found


def quartiles(numbers):
    if len(numbers) < 2:
        return [numbers[0]] * 3
    return statistics.quantiles(numbers, n=4, method="inclusive")


def better(raw, side):
    """The figure of the number of threads that was faster in the first repetition, as the others
    measure no other one; None where the side has no result."""
    found = figures(raw, side)
    return min(found, key=lambda one: one.by_repetition.get(0, one.median), default=None)


def best_peer(raw):
    """The fastest of the peers that make whole steps."""
    found = [better(raw, side) for side in COMPARED]
    return min((f for f in found if f), key=lambda figure: figure.median, default=None)


def ratio(theirs, ours):
    """How many times as long they take: the median of the repetitions, the least, the greatest."""
    if not theirs or not ours:
        return None
    common = [index for index in theirs.by_repetition if index in ours.by_repetition]
    parts = [theirs.by_repetition[index] / ours.by_repetition[index] for index in common]
    parts = parts or [theirs.median / ours.median]
    return statistics.median(parts), min(parts), max(parts)


def row_ratio(raw):
    return ratio(best_peer(raw), better(raw, OURS))


def distance(a, b):
    """How far two numbers are apart, relative to the second; never a number where one is none."""
    if a is None or b is None:
        return float("nan")
    return 0.0 if a == b else abs(a - b) / max(abs(b), 1e-300)


def disagreements(raw, side):
    """The greatest distance of a peer from us, by what is compared, with its tolerance. The first
    repetition alone makes the steps for it."""
    ours = raw["export"]
    found = {}
    first = {"runs": [run for run in raw["runs"] if run["repetition"] == 0]}
    for peer in documents(first, side):
        theirs, mine = peer["losses"], ours["losses"]
        pairs = {
            f"loss after {steps}": (theirs.get(str(steps)), mine[str(steps)], most)
            for steps, most in LOSS_TOLERANCES.items()
            if str(steps) in mine
        }
        if not pairs:
            pairs = {"sum of squares": (peer.get("check"), ours.get("check"), CHECK_TOLERANCE)}
        for name, (one, other, most) in pairs.items():
            apart = distance(one, other)
            # A distance that is no number must not be lost: it is greater than all.
            if name not in found or not apart <= found[name][0]:
                found[name] = (apart, most)
    return found


def wrong(raw):
    """Lines about peers that do not compute what we compute, and about sides without a result."""
    lines = []
    for side in PEERS:
        for name, (apart, most) in disagreements(raw, side).items():
            if not apart <= most:
                lines.append(
                    f"{raw['row']}: {name}: {side} is {apart:.1e} apart, {most:.0e} is allowed"
                )
    if not documents(raw, OURS):
        lines.append(f"{raw['row']}: no result of {OURS}")
    return lines


def errors(raw):
    """The first error of each side that had one."""
    found = {}
    for run in raw["runs"]:
        if "error" in run:
            found.setdefault(run["side"], run["error"])
    return found


def ceiling(raws, key):
    """The best that was measured beside any workload, as the machine's own load takes some of it at
    any moment; None where nothing was."""
    found = [part.get("ceilings", {}).get(key) for raw in raws for part in raw["ceilings"]]
    return max((number for number in found if number), default=None)


def floor(raw, gigaflops, gigabytes):
    """Microseconds that the operations take at our fastest product's rate, and the bytes at the
    copy's."""
    found = (documents(raw, OURS) or [{}])[0]
    operations, amount = found.get("operations"), found.get("bytes")
    return (
        operations / gigaflops / 1e3 if operations and gigaflops else None,
        amount / gigabytes / 1e3 if amount and gigabytes else None,
    )


def memory(raw, sides):
    """The least peak and the least growth after start-up of some sides, in bytes."""
    found = [one for side in sides for one in documents(raw, side) if one.get("peak_bytes")]
    if not found:
        return None
    growth = [one["peak_bytes"] - one["start_bytes"] for one in found if one.get("start_bytes")]
    return min(one["peak_bytes"] for one in found), min(growth, default=None)


def most_memory(raw):
    """The greatest peak and growth of ours."""
    found = [one for one in documents(raw, OURS) if one.get("peak_bytes")]
    if not found:
        return None
    growth = [one["peak_bytes"] - one["start_bytes"] for one in found if one.get("start_bytes")]
    return max(one["peak_bytes"] for one in found), max(growth, default=None)


def scan(raw):
    return better(raw, APART)
