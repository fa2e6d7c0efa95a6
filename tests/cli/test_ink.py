"""Texts in narrow columns of a terminal: where names are broken, and where not."""

from __future__ import annotations

import pytest
from rich.console import Console
from rich.measure import Measurement

from consolidate.cli.ink import Breakable, Ink

INK = Ink("GBP", False, 9)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("worcestershire/dxc-applications: leave", 21, ["worcestershire/dxc-", "applications: leave"]),
        ("due 2018-03-31 in 2019/20 Q4", 10, ["due", "2018-03-31", "in 2019/20", "Q4"]),
        ("-£64,000 to -£1", 9, ["-£64,000", "to -£1"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("", 4, []),
    ],
)
def test_names_wrap_at_spaces_hyphens_and_slashes(text: str, width: int, lines: list[str]) -> None:
    assert [line.plain for line in INK.name(text).lines(width)] == lines


def test_the_longest_piece_is_the_least_width() -> None:
    console = Console(width=100)
    assert Measurement.get(console, console.options, INK.name("a/long-name of it")) == Measurement(5, 17)
    assert isinstance(INK.name("a"), Breakable)


def test_amounts_in_short_claim_no_more() -> None:
    """One of three figures is the same amount; below a million nothing is left out."""
    assert [INK.short_money(amount) for amount in (2_720_000.0, -861_000.0, 12_300.0)] == [
        "£2.72m",
        "-£861,000",
        "£12,300",
    ]
    assert Ink("GBP", True, 9).short_money(2_720_000.0) == "GBP 2.72m"
