"""Words that several outputs share: names of approaches, and what a rating says."""

from __future__ import annotations

from consolidate.language import marked

RISK_TEXT = {
    "R": marked("unsupported for two quarters or more"),
    "A": marked("unsupported for one quarter, or off within a quarter of end of support"),
    "G": marked("in good time"),
}


APPROACH_NAMES = {
    "rehost": (marked("Rehost"), marked("Rehost")),
    "replatform": (marked("Replatform"), marked("Replat.")),
    "refactor": (marked("Refactor"), marked("Refact.")),
    "relocate": (marked("Relocate"), marked("Reloc.")),
    "repurchase": (marked("Repurchase"), marked("Repur.")),
    "retire": (marked("Retire"), marked("Retire")),
    "consolidate": (marked("Consolidate"), marked("Consol.")),
    "refresh": (marked("Refresh"), marked("Refresh")),
    "retain": (marked("Retain"), marked("Retain")),
}
"""How an approach is written on a bar, in full and where there is little room."""
