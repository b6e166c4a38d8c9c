"""Time against another build, which is only told as ratios of runs next to each other."""

import pathlib
import statistics

from driver import environment, figures, measuring

TOLERANCE = 1.1


def compare(other, rows, repeat):
    """Prints for each row the other build's time by ours; lines about rows that became slower: the
    median of the ratios says so, and three quarters of them agree."""
    other, wrong = pathlib.Path(other).absolute(), []
    threads = environment.thread_counts()[-1]
    for row in rows:
        ratios = []
        try:
            for pair in range(repeat):
                times = {}
                # The second may find a warmer machine, so they take turns at going first.
                order = [environment.COMMAND, other]
                for command in order if pair % 2 == 0 else reversed(order):
                    words = [command, "bench", row.workload, *row.options, "--json"]
                    found = measuring.document([*words, "--threads", threads], threads)
                    times[command] = statistics.median(found["microseconds"])
                ratios.append(times[other] / times[environment.COMMAND])
        except measuring.Failure as failure:
            print(f"bench-check: {row.name}: not compared: {failure}", flush=True)
            continue
        low, median, high = figures.quartiles(ratios)
        print(
            f"bench-check: {row.name}: the other build takes {median:.3f} times as long as this "
            f"one (quartiles {low:.3f} and {high:.3f} of {repeat} pairs)",
            flush=True,
        )
        if median * TOLERANCE < 1 and high < 1:
            wrong.append(f"{row.name}: {1 / median:.2f} times as slow as the other build")
    return wrong
