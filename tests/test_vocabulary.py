"""Words and formats in English."""

from __future__ import annotations

from consolidate.vocabulary import money


def test_money() -> None:
    assert money(64_000.0, "GBP") == "£64,000"
    assert money(0.5, "GBP") == "£0.50"
