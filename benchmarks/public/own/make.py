"""Makes the project's own small instances, in the layouts of the public ones; the same files at every run.

    python benchmarks/public/own/make.py [DIR]

The best values in optima.csv are what the tests find by trying everything.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path

STARS = "*" * 72


def project(seed: int, activities: int, modes: int, money: tuple[int, ...], layout: str = "psplib") -> str:
    """A project of some activities with up to so many modes, two renewable resources and some money."""
    chance = random.Random(seed)
    inner = range(2, activities + 2)
    after: dict[int, list[int]] = {a: sorted(b for b in inner if b < a and chance.random() < 0.35) for a in inner}
    followers = {a: [b for b in inner if a in after[b]] or [activities + 2] for a in inner}
    followers[1] = [a for a in inner if not after[a]]
    followers[activities + 2] = []
    rows: dict[int, list[list[int]]] = {1: [[0] * (3 + len(money))], activities + 2: [[0] * (3 + len(money))]}
    for a in inner:
        quick = chance.randrange(1, 4)
        rows[a] = []
        for m in range(modes):
            use = [chance.randrange(5), chance.randrange(1, 5)]
            rows[a].append([quick + 2 * m, *use, *(chance.randrange(1, 8) for _ in money)])
    limits = [5, 6, *money]
    return _mmlib(followers, rows, limits) if layout == "mmlib" else psplib(followers, rows, limits)


def psplib(followers: dict[int, list[int]], rows: dict[int, list[list[int]]], limits: list[int]) -> str:
    columns = _columns(len(limits))
    lines = [STARS, "file with basedata            : made up", STARS, "projects                      :  1"]
    lines += [f"jobs (incl. supersource/sink ):  {len(rows)}", "horizon                       :  99", "RESOURCES"]
    lines += [f"  - renewable                 :  2   R\n  - nonrenewable              :  {len(limits) - 2}   N"]
    lines += ["  - doubly constrained        :  0   D", STARS, "PRECEDENCE RELATIONS:"]
    lines += ["jobnr.    #modes  #successors   successors"]
    for job in sorted(rows):
        lines.append(f"{job:4d}{len(rows[job]):9d}{len(followers[job]):11d}{_spaced(followers[job])}")
    lines += [STARS, "REQUESTS/DURATIONS:", "jobnr. mode duration" + columns, "-" * 72]
    for job in sorted(rows):
        for m, row in enumerate(rows[job], 1):
            lines.append(f"{job if m == 1 else '':>3}{m:7d}{row[0]:6d}   {_spaced(row[1:])}")
    return "\n".join([*lines, STARS, "RESOURCEAVAILABILITIES:", columns, _spaced(limits), STARS, ""])


def _mmlib(followers: dict[int, list[int]], rows: dict[int, list[list[int]]], limits: list[int]) -> str:
    lines = [f"jobs  (incl. supersource/sink ):\t{len(rows)}", "RESOURCES", "- renewable                 : 2 R"]
    lines += [f"- nonrenewable              : {len(limits) - 2} N", "- doubly constrained        : 0 D", STARS]
    lines += ["PRECEDENCE RELATIONS:", "jobnr.    #modes  #successors   successors"]
    for job in sorted(rows):
        others = " ".join(map(str, reversed(followers[job])))
        lines.append(f"{job}\t{len(rows[job])}\t{len(followers[job])}\t\t{others} ")
    lines += [
        STARS,
        "",
        "REQUESTS/DURATIONS",
        "jobnr.\tmode\tdur\t" + _columns(len(limits)).replace("  ", "\t"),
        "-" * 72,
    ]
    for job in sorted(rows):
        for m, row in enumerate(rows[job], 1):
            lines.append("\t".join([str(job) if m == 1 else "", str(m), *map(str, row), ""]))
    lines += [STARS, "", " RESOURCE AVAILABILITIES ", "\t" + _columns(len(limits)).strip().replace("  ", "\t")]
    return "\n".join([*lines, "\t" + "\t".join(map(str, limits)), "", STARS, ""])


def _columns(limits: int) -> str:
    return "".join(f"  {'R' if k < 2 else 'N'} {k % 2 + 1}" for k in range(limits))


def _spaced(numbers: Sequence[int]) -> str:
    return "".join(f"{number:5d}" for number in numbers)


def facilities(seed: int, sites: int, customers: int, *, nul: int = 0) -> str:
    """Facilities and customers; Holmberg's files end in NUL bytes."""
    chance = random.Random(seed)
    lines = [f"{sites}  {customers}"]
    lines += [f"{chance.randrange(30, 60)} {chance.randrange(60, 140)}" for _ in range(sites)]
    lines.append("".join(f"{chance.randrange(8, 20):6d}." for _ in range(customers)))
    for _ in range(sites):
        lines.append(" ".join(f"{chance.randrange(500, 9000) / 100:.5f}" for _ in range(customers)))
    return "\n".join(lines) + "\n" + "\0" * nul


def knapsack(seed: int, items: int, limits: int) -> str:
    """Items under some limits, of which about half fit."""
    chance = random.Random(seed)
    use = [[chance.randrange(20, 90) for _ in range(items)] for _ in range(limits)]
    profit = [sum(column) // limits + chance.randrange(30) for column in zip(*use, strict=True)]
    rows = [profit, *use, [sum(row) // 2 for row in use]]
    body = "\n".join(" " + " ".join(map(str, row[k : k + 5])) + " " for row in rows for k in range(0, len(row), 5))
    return f" 1 \n {items} {limits} 0 \n{body}\n"


def files() -> dict[str, str]:
    """The text of each instance by its file's name."""
    return {
        "roads.mm": project(1, 5, 3, (20, 19)),
        "bridges.mm": project(2, 6, 2, (28, 30), "mmlib"),
        "canals.mm": project(5, 6, 2, ()),
        "walls.sm": project(4, 6, 1, ()),
        "castles.mm": project(8, 6, 2, (18, 18)),
        "depots": facilities(1, 4, 7, nul=40),
        "wells": facilities(2, 4, 7),
        "market.txt": knapsack(1, 10, 3),
    }


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
