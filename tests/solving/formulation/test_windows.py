"""When services may be ready and systems cut over at the soonest, where services wait for systems."""

from __future__ import annotations

from builders import build, consolidate, inventory, refresh, rehost, retain, service, system

from consolidate.inventory import Inventory
from consolidate.solving.formulation.choices import windows


def ready(inv: Inventory, service: str) -> int:
    """The first quarter in which a service may be ready."""
    return windows(inv, inv.plan_quarters).ready[service]


def test_a_gate_holds_a_build_until_its_systems_can_have_moved() -> None:
    pilots = (system("a/x", rehost(quarters=2)), system("a/y", retain(), rehost(), earliest=3))
    assert ready(inventory(*pilots, services=[service("s", build(1), after=["a/x"])]), "s") == 3
    assert ready(inventory(*pilots, services=[service("s", build(1), after=["a/x", "a/y"])]), "s") == 5


def test_gates_are_followed_one_after_the_other() -> None:
    """x in quarter 0, the service built in 1 and 2, y into it in 3, the next built in 4."""
    inv = inventory(
        system("a/x", rehost()),
        system("a/y", consolidate("one")),
        services=[service("one", build(2), after=["a/x"]), service("two", build(1), after=["a/y"])],
    )
    assert (ready(inv, "one"), ready(inv, "two")) == (3, 5)


def test_what_never_moves_or_far_too_late_or_in_a_circle_leaves_a_gate_shut() -> None:
    shut = (
        system("a/x", retain(), refresh()),
        system("a/x", rehost(), earliest=200),
        system("a/x", retain(), consolidate("s")),
    )
    for one in shut:
        inv = inventory(one, services=[service("s", build(1), after=["a/x"])])
        assert ready(inv, "s") > inv.plan_quarters + 100
