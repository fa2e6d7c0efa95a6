"""A bound counts for as long as no plan costs less."""

from __future__ import annotations

import pytest

from consolidate.solving.formulation.proven_bound import INFINITY, FalseBound, ProvenBound


def test_nothing_is_proven_by_nobody() -> None:
    proven = ProvenBound()
    proven.known(100.0)
    assert proven.value == -INFINITY
    assert proven.refuted == ()


def test_the_highest_bound_counts() -> None:
    proven = ProvenBound()
    assert proven.claim("prices", 90.0)
    assert proven.claim("tree", 95.0)
    assert proven.claim("prices", 80.0)
    proven.known(100.0)
    assert proven.value == 95.0
    assert proven.claims == {"prices": 90.0, "tree": 95.0}


@pytest.mark.parametrize("plan_first", [True, False])
def test_a_bound_above_a_plan_is_left_out_and_said(plan_first: bool) -> None:
    """Whichever comes first, and although a worse plan was known before."""
    proven = ProvenBound()
    proven.known(120.0)
    proven.claim("prices", 90.0)
    if plan_first:
        proven.known(100.0)
    assert proven.claim("tree", 110.0) is not plan_first
    proven.known(100.0)
    assert proven.value == 90.0
    assert proven.refuted == (FalseBound("tree", 110.0, 100.0),)
    assert str(proven.refuted[0]) == "tree claims that 110.00 is the least possible, and a plan has 100.00"


def test_what_tolerances_amount_to_is_no_fault() -> None:
    proven = ProvenBound()
    proven.known(1_000_000.0)
    assert proven.claim("tree", 1_000_000.9)
    assert proven.value == 1_000_000.0
    assert proven.refuted == ()
    assert not proven.claim("tree", 1_000_001.1)


def test_an_infinite_bound_is_refuted_by_any_plan() -> None:
    """ "There is none", says one, and there is."""
    proven = ProvenBound()
    assert proven.claim("tree", INFINITY)
    proven.known(5.0)
    assert list(map(str, proven.refuted)) == ["tree claims that there is no plan, and there is one"]
