"""Systems that the approved plan does not know: one judgement on screen, in changes.csv and the pack."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

import consolidate as c
from consolidate.accounts.approved_plan_status import Standing, standing
from consolidate.audience.plan_books import Basis, PlanBooks
from consolidate.audience.restriction import Audience
from consolidate.cli.changes_summary import against_approved
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.plan import Plan
from consolidate.report.document import Points
from consolidate.report.facts.compute import pack_facts
from consolidate.report.facts.records import PackFacts
from consolidate.report.sections.summary import summary_blocks
from consolidate.report.sections.wording import Wording
from consolidate.report.tables.plan_tables import changes_table

PROGRAMME = """
programme: P
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
tiers: {gold: {exposure: 10}}
capital: {main: {amount: {2016/17: 5_000}}}
approaches:
  rehost: {medium: {capital: 5_000, run_cost: 50%}}
  retain: {}
"""
KNOWN = "partner: A\nsystems: {x: {run_cost: 40_000}, small: {run_cost: 100}}\n"
STAYS = "{z: {run_cost: 1_000, tier: gold, end_of_life: 2016/17 Q1, options: [{approach: retain}]}}"
MOVES = "{z: {run_cost: 90_000}}"
FREE = "{z: {run_cost: 90_000, options: [{approach: rehost, capital: 0, run_cost: 50%}]}}"


@dataclass(frozen=True)
class Told:
    """What each output says."""

    inventory: Inventory
    plan: Plan
    stands: Standing
    screen: list[str]
    table: pd.DataFrame
    pack: PackFacts
    decisions: tuple[str, ...]


def told(folder: Path, new: str, changed: str = KNOWN, programme: str = PROGRAMME) -> Told:
    """A plan is approved for partner A; then B comes with ``new`` systems, and A's file is ``changed``."""
    (folder / "partners").mkdir(parents=True)
    (folder / "approved").mkdir()
    (folder / "programme.yaml").write_text(PROGRAMME)
    (folder / "partners/a.yaml").write_text(KNOWN)
    first = c.load(folder)
    (folder / "approved/001.json").write_text(c.to_json(c.make_plan(first, gap=0).plan, first.calendar))
    (folder / "programme.yaml").write_text(programme)
    (folder / "partners/a.yaml").write_text(changed)
    (folder / "partners/b.yaml").write_text(f"partner: B\nsystems: {new}\n")
    data = c.load(folder)
    made = c.make_plan(data, gap=0)
    stands = standing(data, made.plan)
    assert stands is not None
    basis = Basis(PlanBooks(data, made.plan), None, -1, stands.holds, stands.dropped)
    pack = pack_facts(basis, Audience())
    points = [one for one in summary_blocks(Wording(pack, language("en"))) if isinstance(one, Points)]
    return Told(
        data,
        made.plan,
        stands,
        list(against_approved(data, made.plan, made.verdict.ledger, ascii_only=True)),
        changes_table(data, made.plan, made.verdict.ledger),
        pack,
        points[0].texts if points else (),
    )


def test_a_new_system_that_may_only_stay_leaves_the_approved_plan_as_it_is(tmp_path: Path) -> None:
    """Run for two years, 2,000, and exposed for seven quarters."""
    found = told(tmp_path, STAYS)
    assert found.stands == Standing(())
    assert found.screen == [
        "APPROVED  1 system is new. Everything else is as it was approved.",
        "          What is new costs GBP 2,070, exposure in it: as much as left as it is.",
        "          b/z: new, it stays, planned",
    ]
    (row,) = found.table.to_dict("records")
    assert (row["system"], row["change"], row["now_as"], row["new_costs"], row["new_saves"]) == (
        *("b/z", "new", "retain"),
        *(2070.0, 0.0),
    )
    assert pd.isna(row["costs_more"])
    assert found.pack.against is not None
    assert (found.pack.against.moves, sum(found.pack.against.cost.values())) == ((), 0)
    assert [(one.system, one.cost) for one in found.pack.against.new] == [("b/z", 2070.0)]
    assert found.pack.extra_cost == 0
    assert found.decisions == (
        "Approve the new plan: 1 system is new; the approved one, which does not know it, can still be carried out. In "
        "cash, discounted, the new one costs the same.",
    )


def test_nothing_was_approved_of_a_new_system_that_runs_unsupported(tmp_path: Path) -> None:
    exposure = told(tmp_path, STAYS).pack.exposure
    assert exposure is not None
    assert (exposure.longer, [one.approved for one in exposure.systems]) == (0, [None])


def test_what_is_dropped_to_make_room_is_named_everywhere(tmp_path: Path) -> None:
    """The pot pays for one of the two: x, approved, would have cost 5,000, then 20,000 a year."""
    found = told(tmp_path, MOVES)
    assert (found.stands.broken, found.stands.dropped) == ((), ("a/x",))
    assert [one.rule for one in found.stands.crowded] == ["capital"]
    assert found.screen[:5] == [
        "APPROVED  1 system is new. 1 move is not as approved: 1 dropped; reported: 0, planned: 1.",
        "          What was approved costs GBP 30,000 more than it did then, exposure in it.",
        "          As it was approved it cannot be carried out beside the new systems: capital of main in 2016/17: "
        "10,000.00 is over 5,000.00.",
        "          To make room for the new systems a/x stays, which the approved plan moves.",
        "          What is new costs GBP 106,250, exposure in it: GBP 73,750 less than left as it is.",
    ]
    listed = [tuple(one) for one in found.table[["system", "change", "costs_more", "new_saves"]].fillna(0).values]
    assert listed == [("a/x", "dropped", 30_000.0, 0.0), ("b/z", "new", 0.0, 73_750.0)]
    assert found.pack.extra_cost == pytest.approx(30_000)
    assert found.decisions[0].endswith(
        "these stay where they are: x. In cash, discounted, the new one costs £30,000 more."
    )


def test_savings_with_new_systems_are_kept_apart_from_what_was_approved(tmp_path: Path) -> None:
    """x and z cut over in the first quarter: half of three, then of four quarters of what each costs."""
    found = told(tmp_path, FREE)
    assert found.stands.holds
    years = [(one.saved, one.new, one.approved) for one in found.pack.savings]
    assert years == [(48_750, 33_750, 15_000), (65_000, 45_000, 20_000)]
    assert (found.pack.burn_up.total, found.pack.burn_up.new, found.pack.burn_up.total_approved) == (2, 1, 1)


def test_a_plan_that_is_broken_without_any_new_system_is_broken_by_them_no_more(tmp_path: Path) -> None:
    found = told(tmp_path, FREE, programme=PROGRAMME.replace("5_000}}}", "4_999}}}"))
    assert [one.rule for one in found.stands.broken] == ["capital"]
    assert (found.stands.crowded, found.stands.dropped) == ((), ())
    assert "As it was approved it cannot be carried out any more: capital of main" in found.screen[2]
    assert found.decisions[0].startswith("Approve the new plan: the approved one cannot be carried out any more")


@pytest.mark.parametrize("audience", [Audience("a"), Audience("b"), Audience(public=True)])
def test_packs_that_leave_systems_out_name_no_system_of_another(tmp_path: Path, audience: Audience) -> None:
    found = told(tmp_path, MOVES)
    basis = Basis(PlanBooks(found.inventory, found.plan), None, -1, found.stands.holds, found.stands.dropped)
    facts = pack_facts(basis, audience)
    assert facts.dropped == ()
    assert facts.against is not None
    assert {one.system for one in facts.against.new} <= facts.inventory.systems.keys()
