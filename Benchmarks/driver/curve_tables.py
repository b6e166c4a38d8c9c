"""What the tables of the curves say, computed from the raw documents."""

import math
import statistics

from driver import text
from driver.curves import CURVES, EAGER, LONGEST_STEP
from driver.plan import OURS

HEAD = f"""A step at sizes that double: one run of each side at each size, ours and PyTorch's in
turn with the same number of threads, until a step of ours takes more than
{text.time(LONGEST_STEP)}, PyTorch's until one of its own does. Growth is the peak of the process less what it had after start-up.
PyTorch draws numbers of its own here, and its start-up includes the imports of its optimizer and
a first small step; ours has no such step. A size is past a cache where the growth of our memory
is more than one such cache holds. A slope is the least-squares slope of the
logarithm against the logarithm of the size: at 2, twice the size takes four times as much. The
upper half of the sizes that both sides have has a slope of its own, as small ones take what a step
or a process takes at any size. The expected slope is that of the computation alone."""


def slope(pairs):
    """The least-squares slope of log y against log x; None where there are not two points."""
    points = [(math.log(x), math.log(y)) for x, y in pairs if y and y > 0]
    if len(points) < 2:
        return None
    mean_x, mean_y = (statistics.fmean(part) for part in zip(*points))
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return covariance / sum((x - mean_x) ** 2 for x, _ in points)


def upper_half(pairs):
    """The greater half of the sizes, with the middle one."""
    return pairs[len(pairs) // 2 :]


def step_time(side):
    return statistics.median(side["microseconds"])


def growth(side):
    """Bytes that a process took after its start-up; None where the system does not say."""
    peak, start = side.get("peak_bytes"), side.get("start_bytes")
    return None if peak is None or start is None else peak - start


def operations(side):
    return side.get("operations")


def against_size(raw, side, value):
    """What a side has at each size where it has a result."""
    found = [(point["size"], point.get(side, {})) for point in raw["points"]]
    return [(size, value(one)) for size, one in found if "microseconds" in one]


def slopes(raw, side, value):
    """Of all sizes, and of the upper half of those that all sides have."""
    pairs = against_size(raw, side, value)
    shared = shared_sizes(raw)
    return slope(pairs), slope(upper_half([pair for pair in pairs if pair[0] in shared]))


def shared_sizes(raw):
    """The sizes where every side has a result that has any."""
    found = [{size for size, _ in against_size(raw, side, step_time)} for side in (OURS, EAGER)]
    return set.intersection(*(sizes for sizes in found if sizes)) if any(found) else set()


def past(raw, point):
    """The caches that the memory of a size exceeds, in words."""
    used = growth(point[OURS])
    found = []
    for level, size in raw["caches"].items():
        if used is not None and used > size:
            found.append(level)
    return ", ".join(found) or text.ABSENT


def section(documents):
    """The section about all curves that were measured."""
    curves = [(curve, documents[curve.name]) for curve in CURVES if curve.name in documents]
    if not curves:
        return ""
    parts = [text.section("Cost against size", [], [], [HEAD, "", *surroundings(curves)])]
    parts.append(summary(curves))
    parts += [table(curve, raw) for curve, raw in curves]
    return "\n".join(parts)


def surroundings(curves):
    """A line for each machine, commit or number of threads; most often one."""
    named = {}
    for curve, raw in curves:
        about = raw["machine"]
        caches = [f"{level} {size / 2**20:g} MiB" for level, size in raw["caches"].items()]
        versions = [f"{name} {raw['versions'][name]}" for name in sorted(raw["versions"])]
        line = (
            f"{about['cpu']}, {', '.join(caches) or 'caches not known'}; {raw['threads']} threads; "
            f"commit {about['commit']}; {', '.join(versions) or 'no peer'}."
        )
        named.setdefault(line, []).append(curve.name)
    return [f"- {', '.join(names)}: {line}" for line, names in named.items()]


def summary(curves):
    body = []
    for curve, raw in curves:
        eager = [slopes(raw, EAGER, value)[1] for value in (step_time, growth)]
        body.append(
            [
                curve.name,
                *map(two_digits, slopes(raw, OURS, step_time)),
                two_digits(eager[0]),
                two_digits(slopes(raw, OURS, operations)[1]),
                curve.time,
                *map(two_digits, slopes(raw, OURS, growth)),
                two_digits(eager[1]),
                curve.memory,
            ]
        )
    head = ["slopes", "time: all sizes", "upper half", f"{EAGER}, upper half"]
    head += ["operations, upper half", "expected of time", "memory: all sizes", "upper half"]
    return text.section(
        "Slopes", [*head, f"{EAGER}, upper half", "expected of memory"], body, level=3
    )


def two_digits(value):
    return text.ABSENT if value is None else f"{value:.2f}"


def table(curve, raw):
    body, notes = [], []
    for point in raw["points"]:
        ours, theirs = point[OURS], point.get(EAGER, {})
        notes += [
            f"- {point['size']}, {side}: {text.plain(found['error'])}"
            for side, found in ((OURS, ours), (EAGER, theirs))
            if "error" in found
        ]
        if "microseconds" in ours:
            body.append(line(raw, point, ours, theirs))
    head = [curve.unit, "past", "ours", "ours for one", "growth, MB"]
    head += [EAGER, "growth, MB", f"{EAGER} / ours"]
    return text.section(curve.name, head, body, notes, level=3)


def line(raw, point, ours, theirs):
    took, size = step_time(ours), point["size"]
    other = step_time(theirs) if "microseconds" in theirs else None
    return [
        str(size),
        past(raw, point),
        text.time(took),
        text.time(took / size),
        megabytes(growth(ours)),
        text.time(other),
        megabytes(growth(theirs)),
        text.ABSENT if other is None else f"{other / took:.2f}",
    ]


def megabytes(amount):
    return text.ABSENT if amount is None else f"{amount / 1e6:.1f}"
