"""Risks as people enter them: in the programme's register, and in reports of progress."""

from __future__ import annotations

from collections.abc import Mapping

from consolidate.inventory import Name, Risk
from consolidate.loading import schema


def as_risk(model: schema.Risk) -> Risk:
    """A risk as it was entered."""
    return Risk(
        Name(model.risk), model.likelihood, model.impact, _name(model.owner), _name(model.action), model.systems
    )


def _name(texts: Mapping[str, str] | None) -> Name | None:
    return None if texts is None else Name(texts)
