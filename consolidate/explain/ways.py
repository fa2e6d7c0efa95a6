"""What an option does, in words."""

from __future__ import annotations

from consolidate.inventory import Option
from consolidate.vocabulary import approach_text


def way_of(option: Option) -> str:
    """An option in words: ``rehost``, ``rehost, then consolidate into web``, ``retain``."""
    return ", then ".join(approach_text(step.approach, step.to) for step in option.steps) or option.approach
