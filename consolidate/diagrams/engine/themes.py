"""Colours and sizes. Text on each colour has a contrast of 4.5 or more (WCAG 2.2, level AA)."""

from __future__ import annotations

INK = "#0b0c0c"
GREY = "#505a5f"
FAINT = "#b1b4b6"
HAIR = "#e4e5e6"
PAPER = "#ffffff"
YEAR = "#f5f5f2"
HEAD = "#f3f2f1"
BAND = "#383f43"
BLACK = "#0b0c0c"
BLUE = "#1d70b8"
NAVY = "#003078"
WATER = "#e8f0f8"
BUILD = "#a9c9e8"
SPAN = "#e4e7e9"
USED = "#bcd5ec"
FREEZE = "#ece6f5"
FREEZE_EDGE = "#b6a5d6"
ABSENT = "#e2e2e0"
NO_WORK = "#d9cdec"
RED = "#d4351c"
GREEN = "#00703c"

UNRATED = ""
"""The risk of what is not rated."""
RISK = {"R": "#d4351c", "A": "#a65f00", "G": "#00703c", UNRATED: "#505a5f"}
TINT = {"R": "#f8d7d2", "A": "#fff0c2", "G": "#cfe3d9", UNRATED: "#dfe4e8"}
RISK_WORD = {"R": "red", "A": "amber", "G": "green"}

SERVICES = (
    "#0078b4", "#645000", "#0000c8", "#507878", "#78003c", "#507800", "#64648c", "#c81e64",
    "#3c5028", "#283c64", "#c040b0", "#786450", "#3c50f0", "#005050", "#642800", "#78288c",
)  # fmt: skip


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast("#ffffff", "#d4351c"), 2)
    4.86
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
