"""What waits for what, and the critical path, by hand: of a second step that begins long after the first."""

from __future__ import annotations

from builders import build, consolidate, inventory, plan_of, rehost, service, system

from consolidate.accounts.ledger import ledger
from consolidate.diagrams.critical_path import critical_chain
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.successors import finish_slack, waits_for
from consolidate.plan import Plan, ServiceBuild


def reading() -> tuple[PlanReading, Plan]:
    """First moves in quarter 0; two is lifted in quarter 1, and goes into the hub in quarter 6, which ends the plan.

    The hub takes two quarters, and is ready as the second step begins. Idle waits for first, too, and ends in 3.
    """
    data = inventory(
        system("a/first", rehost()),
        system("a/two", rehost(then=consolidate("hub")), after=["a/first"]),
        system("a/idle", rehost(), after=["a/first"]),
        services=[service("hub", build(2))],
        T=8,
    )
    plan = plan_of(data, {"a/first": (1, 0), "a/two": (1, 1, 6), "a/idle": (1, 3)}, builds={"hub": 4})
    return PlanReading(data, plan, ledger(data, plan)), plan


def test_a_first_step_may_be_late_by_what_lies_before_the_second() -> None:
    """First may be four quarters late: two's second step then begins at once after its first, in quarter 6."""
    found, _ = reading()
    slack = {id: finish_slack(found, "system", id) for id in ("a/first", "a/two", "a/idle")}
    assert slack == {"a/first": 4, "a/two": 0, "a/idle": 3}
    assert finish_slack(found, "service", "hub") == 0
    waits = [(one.kind, one.id, one.starts.number, one.slack) for one in waits_for(found, "system", "a/first")]
    assert waits == [("system", "a/two", 1, 0), ("system", "a/idle", 3, 2)]
    waits = [(one.kind, one.id, one.starts.number, one.slack) for one in waits_for(found, "service", "hub")]
    assert waits == [("system", "a/two", 6, 0)]


def test_what_the_pictures_mark_is_critical() -> None:
    """The pictures draw one chain of those that there are: no work on it has any float."""
    found, plan = reading()
    chain = critical_chain(found.inventory, plan)
    assert chain == (ServiceBuild(4, "hub", 6), next(move for move in plan.moves if move.start == 6))
    for work in chain:
        kind, id = ("service", work.service) if isinstance(work, ServiceBuild) else ("system", work.system)
        assert finish_slack(found, kind, id) == 0
