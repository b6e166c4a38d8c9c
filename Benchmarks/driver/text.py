"""Numbers and tables as Markdown."""

ABSENT = "-"


def time(microseconds):
    if microseconds is None:
        return ABSENT
    if microseconds >= 1000:
        return f"{number(microseconds / 1000)} ms"
    return f"{number(microseconds)} us"


def number(value):
    """Three digits, more where they stand before the point."""
    if value is None:
        return ABSENT
    if value == 0 or value != value:
        return f"{value:g}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def big(value):
    """A count with its thousands, millions or billions."""
    if not value:
        return ABSENT
    for size, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= size:
            return number(value / size) + letter
    return number(value)


def percent(share):
    return ABSENT if share is None else f"{share:.0%}"


def figure(found, named=False):
    """A time with its quartiles and its threads, and with its side where it is asked for."""
    if not found:
        return ABSENT if named else ""
    spread = f"{time(found.median)} [{time(found.low)}, {time(found.high)}] ({found.threads})"
    return f"{found.side}: {spread}" if named else spread


def middle(found):
    """A median with its threads."""
    return f"{time(found.median)} ({found.threads})"


def ratio(found):
    if not found:
        return ABSENT
    whole, least, greatest = found
    return f"{whole:.2f} ({least:.2f} to {greatest:.2f})"


def verdict(is_met):
    """What became of a goal; None: it cannot be told."""
    if is_met is None:
        return ABSENT
    return "met" if is_met else "**missed**"


def pair_of_bytes(pair):
    if not pair:
        return ABSENT
    return ", ".join(ABSENT if one is None else f"{one / 1e6:.1f}" for one in pair)


def plain(words):
    """On one line, without what Markdown or a table would read."""
    return " ".join(str(words).replace("|", "/").replace("`", "'").split())


def section(title, head, body, notes=(), level=2):
    """A heading, a table and lines after it; nothing where there is nothing to say."""
    if not body and not notes:
        return ""
    lines = [f"{'#' * level} {title}", ""]
    if body:
        lines += [row(head), row(["---"] * len(head)), *map(row, body), ""]
    lines += [*notes, ""] if notes else []
    return "\n".join(lines)


def row(cells):
    return "| " + " | ".join(cell or " " for cell in cells) + " |"
