"""The tables: by class what was found, reached and proved, beside CP-SAT; the pass marks; what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from public.marks import MARKS, gap
from public.results import Result

COLUMNS = ("class", "cases", "plan", "reached", "proved", "mean gap", "mean s", "max s", "cpu s", "rejected", "false")
BESIDE = ("CP-SAT plan", "reached", "proved", "mean gap", "mean s", "max s", "rejected", "false")


def groups(results: Sequence[Result]) -> dict[str, list[Result]]:
    """The results by class, in the order in which the classes come."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.case.group, []).append(result)
    return found


def row(results: Sequence[Result]) -> list[str]:
    """Cases, plans, reached, proved, mean gap, seconds, rejected plans, false claims."""
    seconds = [result.seconds for result in results]
    return [
        *(str(sum(getattr(r, what) for r in results)) for what in ("found", "reached", "proved")),
        f"{gap(results):.2%}" if any(r.gap is not None for r in results) else "-",
        f"{sum(seconds) / len(seconds):.1f}",
        f"{max(seconds):.1f}",
        f"{sum(r.cpu for r in results) / len(results):.1f}",
        str(sum(bool(r.faults) for r in results)),
        str(sum(bool(r.false) for r in results)),
    ]


def table(results: Sequence[Result], beside: Sequence[Result]) -> str:
    """One line for each class, and one for all."""
    others = groups(beside)
    rows = [[*COLUMNS, *(BESIDE if beside else ())]]
    for name, own in [*groups(results).items(), ("all", results)]:
        cells = [name, str(len(own)), *row(own)]
        if beside:
            theirs = beside if name == "all" else others.get(name, [])
            figures = row(theirs) if theirs else ["-"] * len(row(own))
            cells += figures[:6] + figures[7:]
        rows.append(cells)
    return _markdown(rows)


def marks(results: Sequence[Result]) -> str:
    """What was to be reached, and what was."""
    rows = [["classes", "mark", "wanted", "measured", "met"]]
    for mark in MARKS:
        reading = mark.reading(results)
        if reading is not None:
            met = "yes" if mark.met(reading) else "NO"
            wanted = f"{mark.sense} {mark.limit:.1%}"
            rows.append([", ".join(mark.classes), mark.what, wanted, f"{reading:.2%}", met])
    wrong = sum(bool(r.faults or r.false) for r in results)
    rows.append(["all", "rejected plans and false claims", "0", str(wrong), "NO" if wrong else "yes"])
    return _markdown(rows)


def impossible(results: Sequence[Result]) -> str:
    """How the projects that lack money were recognised; empty without any."""
    own = [r for r in results if r.case.impossible and r.case.best is None]
    rows = [["class", "instance", "exit", "names a pot", "cheapest way out", "what it said"]]
    for r in own:
        names, cheapest = ("yes" if flag else "no" for flag in (r.names_pot, r.cheapest))
        rows.append([r.case.group, r.case.instance, str(r.code), names, cheapest, r.said])
    return _markdown(rows) if own else ""


def wrong(results: Sequence[Result], who: str) -> list[str]:
    """A line for each plan that breaks a rule and each claim that is false."""
    return [f"{who}: {r.case.name}: {text}" for r in results for text in (*r.faults[:3], *r.false)]


def line(result: Result, who: str = "") -> str:
    """One case in one line: what came out, and what there is."""
    case = result.case
    best = "no plan" if case.impossible else f"best {case.best}"
    state = "proved" if result.proved else "reached" if result.reached else "NOT reached"
    value = "no plan" if result.value is None else f"{result.value}"
    parts = [f"{case.name}: {best}, got {value}", f"bound {result.bound}", state, f"exit {result.code}"]
    parts += [f"{result.seconds:.1f} s (cpu {result.cpu:.1f})"]
    if result.drawing:
        parts.append(f"drawing {result.drawing:.1f} s")
    return ", ".join([f"{who}{parts[0]}", *parts[1:], *([result.said] if result.said else [])])


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
