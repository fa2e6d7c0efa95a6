"""Measures the planner, and its rivals beside it, on the shipped inventory and on generated ones.

    python benchmarks/bench.py [--quick] [--markdown FILE] [--rivals waves cpsat ...] [--rival-limit SECONDS]

All in one run on one machine: first our own plans by size, then at two sizes what others make of the same
inventories (their plans priced and tested by our ledger, as ratios to ours), then how time and memory grow
with the number of systems, and where the time goes. The whole takes some 20 minutes, ``--quick`` three.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import generate
from measure import PHASES, ROOT, Found, exponent, machine, ours, rival

RIVALS = {
    "waves": "waves after Azure Migrate's rules",
    "plain-cbc": "plain PuLP model, CBC",
    "plain-highs": "plain PuLP model, HiGHS",
    "strong-highs": "our rows in PuLP, HiGHS",
    "strong-lp": "our rows in PuLP, LP relaxation, HiGHS",
    "cpsat": "our rows, OR-Tools CP-SAT",
}
GAP = "0.1%"
QUICK_GAP = "2%"


@dataclass(frozen=True)
class Case:
    """An inventory to measure; ``grows``: it belongs to the series of sizes."""

    name: str
    folder: Path
    grows: bool = False


@dataclass(frozen=True)
class Scope:
    """How much is measured. ``limits``: seconds for each rival, by number of systems."""

    sizes: tuple[int, ...]
    harder: tuple[tuple[int, generate.Hardness, str], ...]
    limits: dict[int, float]
    ours: float


FULL = Scope(
    (1_000, 5_000, 15_000),
    (
        (180, generate.Hardness(staff_tight=True), "tight staff"),
        (5_000, generate.Hardness(capital_tight=True), "tight capital"),
        (5_000, generate.Hardness(twice_links=True), "twice the links"),
        (5_000, generate.Hardness(many_services=True), "many services"),
    ),
    {200: 45.0, 1_000: 90.0},
    180.0,
)
QUICK = Scope((200, 400, 800), (), {200: 12.0}, 20.0)


def cases(folder: Path, scope: Scope, seed: int) -> list[Case]:
    """The shipped inventory, harder ones, and one of each size."""
    found = [Case("inventory/", ROOT / "inventory")] if (ROOT / "inventory" / "programme.yaml").exists() else []
    for systems, hard, words in scope.harder:
        path = folder / f"{systems}-{words.replace(' ', '-')}"
        generate.write(path, systems, seed, hard)
        found.append(Case(f"{systems:,} systems, {words}", path))
    for systems in sorted({*scope.sizes, *scope.limits}):
        path = folder / str(systems)
        generate.write(path, systems, seed)
        found.append(Case(f"{systems:,} systems", path, systems in scope.sizes))
    return found


# -- tables ---------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown that is also readable as it stands."""
    lines = [list(head), *map(list, rows)]
    widths = [max(3, *(len(line[place]) for line in lines)) for place in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def share(value: float | None, decimals: int = 2) -> str:
    return "-" if value is None else f"{value:.{decimals}%}"


def money(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def times(value: float | None, unit: float | None) -> str:
    """A ratio."""
    if value is None or not unit:
        return "-"
    ratio = value / unit
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}" if ratio < 0.995 or ratio > 1.1 else f"{ratio:.4f}"


def own_table(rows: Sequence[tuple[str, Found, Found | None]]) -> str:
    """Our plans: how good, how fast, how large. The last of a row is the run that asked for 2% only."""
    head = ("inventory", "cost", "bound", "gap of cost", "gap of savings", f"to {QUICK_GAP}: s")
    return table(
        (*head, "load s", "plan s", "everything s", "peak MB", "how it ended"),
        (
            (
                name,
                money(made.cost),
                money(made.bound),
                share(made.gap, 3),
                share(made.savings_gap),
                "-" if quick is None or quick.gap is None or quick.gap > 0.02 else f"{quick.seconds:.1f}",
                f"{made.phases.get('load', 0):.1f}",
                f"{made.seconds:.1f}",
                f"{made.whole:.1f}",
                f"{made.peak:,.0f}",
                made.note,
            )
            for name, made, quick in rows
        ),
    )


def rival_table(made: Found, others: Sequence[Found]) -> str:
    """Others' plans for one inventory, as multiples of ours. Every bound holds for all: the best one counts."""
    best = max((row.bound for row in (made, *others) if row.bound is not None), default=None)
    head = (
        "planner",
        "cost",
        "x ours",
        "above best bound",
        "gap it proves",
        "of savings",
        "x ours",
        "plan s",
        "x ours",
    )
    return table(
        (*head, "peak MB", "bound", "how it ended"),
        (
            (
                other.name,
                money(other.cost),
                times(other.cost, made.cost),
                share(None if other.cost is None or best is None else other.cost / best - 1),
                share(other.gap, 3),
                share(other.savings_gap),
                times(other.gap, made.gap),
                f"{other.seconds:.1f}",
                times(other.seconds, made.seconds),
                f"{other.peak:,.0f}",
                money(other.bound),
                other.note,
            )
            for other in (made, *others)
        ),
    )


def growth_table(rows: Sequence[Found]) -> str:
    """Seconds of each phase by size, and the exponent with which they grow."""
    sizes = [row.systems for row in rows]
    lines = [(name, [row.phases.get(name, 0.0) for row in rows], "s") for name in PHASES]
    lines.append(("everything", [row.whole for row in rows], "s"))
    lines.append(("memory", [row.peak for row in rows], "MB"))
    body = []
    for name, values, unit in lines:
        grown = exponent(sizes, values)
        body.append(
            (f"{name}, {unit}", *(f"{value:,.2f}" for value in values), "-" if grown is None else f"{grown:.2f}")
        )
    return table(("phase", *(f"{size:,} systems" for size in sizes), "exponent"), body)


def share_table(rows: Sequence[Found]) -> str:
    """Where the time of the whole command goes."""
    head = ("inventory", *PHASES, "starting and the rest")
    body = []
    for row in rows:
        parts = [row.phases.get(name, 0.0) for name in PHASES]
        body.append(
            (
                f"{row.systems:,} systems",
                *(share(part / row.whole, 0) for part in (*parts, max(row.whole - sum(parts), 0.0))),
            )
        )
    return table(head, body)


# -- the run --------------------------------------------------------------------------------------


class Bench:
    """One run; ``text`` grows as it goes."""

    def __init__(self, folder: Path, scope: Scope, given: argparse.Namespace) -> None:
        self.folder, self.scope, self.given = folder, scope, given
        self.count = 0
        self.text = [machine()]

    def out(self) -> Path:
        self.count += 1
        return self.folder / f"out-{self.count}"

    def say(self, words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    def add(self, title: str, body: str) -> None:
        self.text += ["", f"### {title}", "", body]
        print(f"\n### {title}\n\n{body}", flush=True)

    def plans(self, every: Sequence[Case]) -> dict[str, Found]:
        """Our plans, by case."""
        rows: list[tuple[str, Found, Found | None]] = []
        for case in every:
            self.say(f"{case.name} ...")
            made = ours(case.folder, self.out(), GAP, self.scope.ours)
            quick = ours(case.folder, self.out(), QUICK_GAP, self.scope.ours) if case.grows else None
            rows.append((case.name, made, quick))
        self.add("Our plans", own_table(rows))
        return {name: made for name, made, _ in rows}

    def rivals(self, every: Sequence[Case], plans: dict[str, Found]) -> None:
        for systems, limit in self.scope.limits.items():
            case = next(case for case in every if case.name == f"{systems:,} systems")
            others = []
            for method in self.given.rivals:
                self.say(f"{case.name}: {RIVALS[method]} ...")
                # An LP relaxation that is cut short proves nothing.
                seconds = (self.given.rival_limit or limit) * (2 if method == "strong-lp" else 1)
                others.append(rival(method, RIVALS[method], case.folder, self.out(), float(GAP[:-1]) / 100, seconds))
            self.add(
                f"Others on {case.name}, {self.given.rival_limit or limit:g} s each",
                rival_table(plans[case.name], others),
            )

    def run(self) -> None:
        every = cases(self.folder, self.scope, self.given.seed)
        plans = self.plans(every)
        self.rivals(every, plans)
        series = [plans[case.name] for case in every if case.grows]
        self.add("Growth with the number of systems", growth_table(series))
        self.add("Where the time goes", share_table([*series]))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the planner and its rivals.")
    parser.add_argument("--quick", action="store_true", help="small sizes and short limits: some three minutes")
    parser.add_argument("--sizes", type=int, nargs="+", help="sizes of the series that shows the growth")
    parser.add_argument("--rivals", nargs="*", choices=RIVALS, default=list(RIVALS), help="which of them (default all)")
    parser.add_argument(
        "--rival-limit", type=float, help="seconds for each rival (default 45 at 200 systems, 90 at 1,000)"
    )
    parser.add_argument("--time-limit", type=float, help="seconds for each of our plans")
    parser.add_argument("--seed", type=int, default=1, help="of the generated inventories (default 1)")
    parser.add_argument("--markdown", type=Path, help="write the tables to this file as well")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    scope = QUICK if given.quick else FULL
    scope = replace(scope, sizes=tuple(given.sizes or scope.sizes), ours=given.time_limit or scope.ours)
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), scope, given)
        print(bench.text[0], flush=True)
        bench.run()
    if given.markdown:
        given.markdown.write_text("\n".join(bench.text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
