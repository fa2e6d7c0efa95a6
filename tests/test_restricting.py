"""Which changes only restrict, or only give: of figures of files, against every plan of both, tried one by one.

Changes are drawn of every kind of figure that the format has, up and down. What is said of one is held against brute
force: the optimum of what is restricted is no lower, of what is given more no higher. A rule that says too much is
planted, and must be caught by the same comparison.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable
from pathlib import Path

import brute_force
import pytest
import random_inventories

from consolidate import restricting
from consolidate.errors import UserError
from consolidate.inventory import Inventory
from consolidate.loading import figures_of, load
from consolidate.restricting import only_restricts

SEEDS = range(0, 160, 2)
CHANGES = 3
"""Of each kind, of each inventory."""
KINDS = ("capital", "roles", "limits", "milestones", "targets", "budgets", "services", "tiers", "latest", "earliest")
"""What is changed: the word in the path of a figure."""
FIGURE = re.compile(r"\d[\d_.]*%?")

Pair = tuple[str, Inventory, Inventory]
"""The kind of a change, and an inventory without it and with it."""


_optima: dict[str, float | None] = {}


def optimum(given: Inventory) -> float | None:
    """The cheapest of all plans, tried one by one; None where none keeps the rules."""
    if given.content_hash not in _optima:
        best = brute_force.best(given)
        _optima[given.content_hash] = None if best is None else best.objective
    return _optima[given.content_hash]


@functools.cache
def changed_figures(tmp: Path) -> tuple[Pair, ...]:
    """Inventories beside themselves with one figure changed."""
    found: list[Pair] = []
    for seed in SEEDS:
        folder = tmp / str(seed)
        scenario = random_inventories.write(seed, folder)
        r, given = random.Random(seed), load(folder, scenario)
        if given.minimise != "cost" or optimum(given) is None:
            continue
        every = figures_of(folder, scenario)
        for kind in KINDS * CHANGES:
            about = [(path, value) for path, value in every if kind in re.split(r"[./]", path)]
            dates = kind in ("latest", "earliest")
            about = [(path, value) for path, value in about if dates or FIGURE.fullmatch(value)]
            if not about:
                continue
            path, value = r.choice(about)
            when = given.label(r.randrange(given.plan_quarters))
            other = when if dates else _another(value, r)
            try:
                found.append((kind, given, load(folder, scenario, changes=[f"{path}={other}"])))
            except UserError:  # a figure that is no number, or cannot be so much
                continue
    return tuple(found)


def _another(value: str, r: random.Random) -> str:
    """A figure near another one as files write it."""
    if value.endswith("%"):
        return r.choice(["0%", "30%", "60%", "100%"])
    if value.isdigit() and int(value) < 10:
        return r.choice(["0", str(int(value) + 1)])
    return r.choice(["0", "0", "-50%", "+300%"])


def contradicted(pairs: tuple[Pair, ...], restricts: Callable[[Inventory, Inventory], bool]) -> list[str]:
    """The kinds of changes of which too much is said: a change that is said to restrict leads to a cheaper plan."""
    wrong = []
    for kind, one, other in pairs:
        for before, after in ((one, other), (other, one)):
            if restricts(before, after):
                then, now = optimum(before), optimum(after)
                if now is not None and (then is None or now < then - 1e-6):
                    wrong.append(kind)
    return wrong


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pair, ...]:
    return changed_figures(tmp_path_factory.mktemp("restricting"))


def test_no_change_that_restricts_leads_to_a_cheaper_plan(pairs: tuple[Pair, ...]) -> None:
    assert contradicted(pairs, only_restricts) == []


def test_figures_of_every_kind_are_told_apart(pairs: tuple[Pair, ...]) -> None:
    """Each kind restricts in one direction, and gives in the other."""
    told = {
        (kind, "restricts" if only_restricts(one, other) else "gives")
        for kind, one, other in pairs
        if only_restricts(one, other) != only_restricts(other, one)
    }
    assert {kind for kind, what in told if what == "restricts"} >= set(KINDS) - {"services"}
    assert {kind for kind, what in told if what == "gives"} >= set(KINDS) - {"services"}


@pytest.mark.parametrize(
    "planted", ["_pot", "_limit", "_role", "_milestone", "_target", "_budget", "_service", "_system"]
)
def test_a_planted_rule_that_says_too_much_is_caught(
    pairs: tuple[Pair, ...], planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if more of something restricted, too."""
    monkeypatch.setattr(restricting, planted, lambda before, after: True)
    assert contradicted(pairs, only_restricts)


def test_what_gives_here_and_takes_there_is_neither(tmp_path: Path) -> None:
    for seed in SEEDS:
        scenario = random_inventories.write(seed, tmp_path / str(seed))
        given = load(tmp_path / str(seed), scenario)
        pots = [path for path, value in figures_of(tmp_path / str(seed), scenario) if path.startswith("capital.")]
        if len(pots) < 2 or given.minimise != "cost":
            continue
        less_and_more = [f"{pots[0]}=-50%", f"{pots[1]}=+50%"]
        try:
            changed = load(tmp_path / str(seed), scenario, changes=less_and_more)
        except UserError:
            continue
        amounts = [[p.amount for pot in one.pots.values() for p in pot.periods] for one in (given, changed)]
        fell = any(new < old for old, new in zip(*amounts, strict=True))
        rose = any(new > old for old, new in zip(*amounts, strict=True))
        if fell and rose:
            assert not only_restricts(given, changed)
            assert not only_restricts(changed, given)
            return
    raise AssertionError("no inventory has two amounts")
