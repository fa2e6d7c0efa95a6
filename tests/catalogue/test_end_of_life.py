"""Products and when their support ends: look-ups that never guess, and a catalogue that says what is wrong with it."""

from __future__ import annotations

import pytest

from consolidate.catalogue import end_of_life


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("windows-server 2008-r2", "2020-01-14"),
        ("Windows Server 2008 R2", "2020-01-14"),
        ("mssqlserver 2008", "2019-07-09"),
        ("SQL Server 2008 R2", "2019-07-09"),
        ("msexchange 2007", "2017-04-11"),
        ("windows-server 2003", "2015-07-14"),
    ],
)
def test_look_ups_are_exact_but_for_case_and_hyphens(text: str, ends: str) -> None:
    assert end_of_life.look_up(text).ends.isoformat() == ends


@pytest.mark.parametrize(
    "text", ["windows-server", "windows server 2008 r", "exchange server", "iTrent 10", "", "x" * 9_999]
)
def test_look_ups_never_guess(text: str) -> None:
    with pytest.raises(end_of_life.UnknownProduct, match="no end of life is known for"):
        end_of_life.look_up(text)


def test_a_bad_catalogue_says_why() -> None:
    with pytest.raises(ValueError, match=r"eol\.yaml:1:15: `x`: a product is a mapping with `releases`"):
        end_of_life.read("products: {x: 5}")
    with pytest.raises(ValueError, match="there is no such day"):
        end_of_life.read("products: {x: {name: X, source: S, checked: 2026-02-30, releases: {'1': 2026-01-01}}}")
    with pytest.raises(ValueError, match="no products"):
        end_of_life.read("other: 5")
    twice = "{name: X, source: S, checked: 2026-01-01, aliases: [z], releases: {'1': 2026-01-01}}"
    with pytest.raises(ValueError, match="`z` names two products"):
        end_of_life.read(f"products: {{x: {twice}, y: {twice}}}")
