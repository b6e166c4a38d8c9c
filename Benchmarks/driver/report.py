"""Writes results.md from the raw documents."""

import statistics

from driver import curve_tables, figures, text
from driver.plan import CHECK_TOLERANCE, LOSS_TOLERANCES, MEMORY_SHARE, ODD_SHARE, OURS, PEERS, ROWS
from driver.plan import SEEN_TOLERANCE, START_UP_MILLISECONDS

HEAD = """# Results of `make bench`

Made by `Benchmarks/bench.py` from the raw figures in `results/`; do not edit. A step is forward and
backward pass, statistics, clipping, update and the loss read as a number. All sides run alternately
as whole processes on the same cores, ours between each two of the others; `OPENBLAS_*`, `OMP_*`,
`MKL_*` and the like are unset for all. The first repetition tries each number of threads; the rest
take the better one, without peers that took over twice as long as the best and without
`jax.lax.scan`, which is not compared. A time is the median over the rounds of all repetitions with
the better number of threads (in parentheses), its spread the quartiles. A ratio is the best peer's
time by ours: the median of the repetitions, the least and the greatest. Why a goal is missed and
what was tried: `Docs/performance.md`.
"""


def page(documents, start_up=None, curves=None):
    """The page, and a line for everything that must not be."""
    rows = [(row, documents[row.name]) for row in ROWS if row.name in documents]
    whole = [(row, raw) for row, raw in rows if row.even is None]
    parts = [HEAD, surroundings(rows), ratios(whole)]
    parts += [odd_sizes(documents, [pair for pair in rows if pair[0].even])]
    parts += [sides(rows), seen(whole), losses(rows), memory(rows), floors(whole)]
    if start_up:
        parts.append(starting(start_up))
    parts.append(curve_tables.section(curves or {}))
    problems = [line for _, raw in rows for line in figures.wrong(raw)]
    return "\n".join(part for part in parts if part), problems


def surroundings(rows):
    lines = []
    for row, raw in rows:
        about, at = raw["machine"], raw["ceilings"][-1]
        versions = {}
        for side in PEERS:
            for found in figures.documents(raw, side):
                versions |= found.get("versions", {})
        peers = ", ".join(f"{name} {versions[name]}" for name in sorted(versions))
        lines.append(
            (
                f"{about['cpu']}, {about['cores']} cores, {about['system']}; kernels "
                f"{at['kernels']}{library(at)}; commit {about['commit']}; "
                f"{peers or 'no peers'}; {raw['repetitions']} repetitions",
                row.name,
            )
        )
    kinds = list(dict.fromkeys(line for line, _ in lines))
    if len(kinds) == 1:
        return f"Machine: {kinds[0]}.\n"
    named = ((kind, ", ".join(name for line, name in lines if line == kind)) for kind in kinds)
    return "".join(f"- {names}: {kind}.\n" for kind, names in named)


def library(about):
    """The core of the library for matrix products, where it is used."""
    return "" if about["kernels"] == "x86-64-v4" else f", OpenBLAS core {about['blas_core']}"


def ratios(rows):
    body = []
    for row, raw in rows:
        ours, best = figures.better(raw, OURS), figures.best_peer(raw)
        ratio, scan = figures.ratio(best, ours), figures.scan(raw)
        body.append(
            [
                raw["export"]["name"] or row.name,
                text.figure(ours),
                text.figure(best, named=True),
                text.ratio(ratio),
                text.number(row.goal),
                text.verdict(ratio and ratio[0] >= row.goal),
                text.figure(scan),
            ]
        )
    head = ["workload", "ours", "best peer", "ratio", "goal", "", "apart: jax.lax.scan"]
    return text.section("Ratios to the best peer", head, body)


def odd_sizes(documents, rows):
    body = []
    for row, raw in rows:
        odd = figures.row_ratio(raw)
        even = row.even in documents and figures.row_ratio(documents[row.even])
        kept = odd[0] / even[0] if odd and even else None
        body.append(
            [
                raw["export"]["name"] or row.name,
                text.figure(figures.better(raw, OURS)),
                text.figure(figures.best_peer(raw), named=True),
                text.ratio(odd),
                text.ratio(even),
                text.percent(kept),
                text.verdict(kept and kept >= ODD_SHARE),
            ]
        )
    head = ["workload", "ours", "best peer", "ratio", "ratio of the even size", "kept"]
    goal = f"at least {ODD_SHARE:.0%}"
    return text.section("Odd sizes keep the ratio", [*head, goal], body)


def sides(rows):
    body = []
    for row, raw in rows:
        cells = [", ".join(map(text.middle, figures.figures(raw, s))) for s in (OURS, *PEERS)]
        absent = dict.fromkeys(figures.errors(raw), "failed")
        absent |= dict.fromkeys(row.without, "left out")
        cells = [cell or absent.get(s, "-") for s, cell in zip((OURS, *PEERS), cells)]
        body.append([row.name, *cells])
    notes = [
        f"- {row.name}, {side}: {text.plain(reason)}"
        for row, raw in rows
        for side, reason in (figures.errors(raw) | row.without).items()
    ]
    return text.section("Every side: median (threads)", ["", "ours", *PEERS], body, notes)


def seen(rows):
    """Peers that are slower than they were where the goals were set."""
    notes = []
    for row, raw in rows:
        for framework, before in row.seen.items():
            found = [
                figures.better(raw, side)
                for side in PEERS
                if side.startswith(framework) and side in figures.COMPARED
            ]
            now = min((f.median for f in found if f), default=None)
            if now and now > SEEN_TOLERANCE * before:
                notes.append(
                    f"- {row.name}: {framework} takes {text.time(now)} here, "
                    f"{text.time(before)} where the goals were set"
                )
    if not notes:
        return ""
    return text.section("Peers slower than where the goals were set, by over 15 %", [], [], notes)


def losses(rows):
    body = []
    for row, raw in rows:
        found = {side: figures.disagreements(raw, side) for side in PEERS}
        if any(found.values()):
            body.append([row.name, *map(distances, found.values())])
    one, hundred = (f"{most:.0e} after {steps}" for steps, most in LOSS_TOLERANCES.items())
    notes = [
        f"After 1 and 100 steps; {one} and {hundred} are allowed. For one operation alone: of the "
        f"sum of squares of its result; {CHECK_TOLERANCE:.0e} is allowed."
    ]
    title = "The same computation: relative distance of the losses from ours"
    return text.section(title, ["", *PEERS], body, notes if body else [])


def distances(found):
    return ", ".join(
        f"{apart:.1e}" if apart <= most else f"**{apart:.1e} DISAGREES**"
        for apart, most in found.values()
    )


def memory(rows):
    body = []
    for row, raw in rows:
        found = figures.documents(raw, OURS)
        counts = [
            one["allocations"] / one["steps"] for one in found if one.get("allocations") is not None
        ]
        ours = figures.most_memory(raw)
        torch = figures.memory(raw, ["torch eager", "torch.compile"])
        peak = ours[0] < MEMORY_SHARE * torch[0] if ours and torch else None
        grown = ours and torch and None not in (ours[1], torch[1])
        body.append(
            [
                row.name,
                text.number(max(counts, default=None)),
                text.pair_of_bytes(ours),
                text.pair_of_bytes(torch),
                text.verdict(peak),
                text.verdict(ours[1] <= torch[1] if grown else None),
            ]
        )
    head = ["", "allocations a step", "ours: peak, growth", "torch: peak, growth"]
    head += ["peak under a fifth", "growth no more"]
    notes = [
        "Megabytes; ours the greatest of all runs, torch's the least of eager and compiled. Its growth "
        "holds what its first optimizer step or compilation imports (torch._dynamo); which row "
        "misses without it: Docs/performance.md, Memory."
    ]
    return text.section("Allocations and memory of the process", head, body, notes)


def floors(rows):
    body = []
    raws = [raw for _, raw in rows]
    gigaflops = figures.ceiling(raws, "product_gflops")
    gigabytes = figures.ceiling(raws, "copy_gigabytes_per_second")
    for row, raw in rows:
        ours = figures.better(raw, OURS)
        about = (figures.documents(raw, OURS) or [{}])[0]
        by_operations, by_bytes = figures.floor(raw, gigaflops, gigabytes)
        highest = max(by_operations or 0, by_bytes or 0)
        share = by_bytes / ours.median if ours and by_bytes else None
        goal = row.bandwidth_goal
        body.append(
            [
                row.name,
                text.big(about.get("operations")),
                text.big(about.get("bytes")),
                text.time(by_operations),
                text.time(by_bytes),
                f"{ours.median / highest:.2f}" if ours and highest else "-",
                text.percent(share) if goal else "-",
                text.verdict(share and share >= goal) if goal else "-",
            ]
        )
    head = ["", "operations", "bytes", "floor by operations", "floor by bytes", "ours / floor"]
    head += ["share of the copy's bandwidth", "at least 70%"]
    notes = [
        f"The ceilings are the best that was measured beside any of the workloads: "
        f"{text.number(gigaflops)} GFLOP/s by our own fastest product, {text.number(gigabytes)} GB/s "
        "by a copy that no cache holds. Operations are counted where they are mostly those of "
        "products, bytes where each is read or written once."
    ]
    return text.section(
        "The floor that the machine gives, and our distance from it", head, body, notes)


def starting(start_up):
    median = statistics.median(start_up["milliseconds"])
    verdict = text.verdict(median < START_UP_MILLISECONDS)
    line = f"`thalweg --version` takes {median:.1f} ms (goal: under {START_UP_MILLISECONDS}): "
    return text.section("Start-up", [], [], [line + verdict + "."])
