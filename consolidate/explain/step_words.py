"""What a step and an option do, in words."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.inventory import Option
from consolidate.phrases import Phrase
from consolidate.vocabulary import translatable

_APPROACHES = {
    "rehost": translatable("rehost"),
    "replatform": translatable("replatform"),
    "refactor": translatable("refactor"),
    "relocate": translatable("relocate"),
    "repurchase": translatable("repurchase"),
    "retire": translatable("retire"),
    "consolidate": translatable("consolidate"),
    "refresh": translatable("refresh"),
    "retain": translatable("retain"),
}


def way_of_step(approach: str, service: str | None) -> Phrase:
    """How a step moves a system: its approach, and the service that it goes to.

    >>> way_of_step("consolidate", "hub"), way_of_step("rehost", None)
    ('consolidate into hub', 'rehost')
    """
    # A plan that was approved once is not held against today's words.
    how = Phrase(_APPROACHES[approach]) if approach in _APPROACHES else Phrase("{way}", way=approach)
    return Phrase("{approach} into {service}", approach=how, service=service) if service else how


def way_of_steps(steps: Sequence[tuple[str, str | None]]) -> Phrase:
    """How several steps move it, one at least.

    >>> way_of_steps([("rehost", None), ("consolidate", "web")])
    'rehost, then consolidate into web'
    """
    first, *others = (way_of_step(*step) for step in steps)
    for then in others:
        first = Phrase("{first}, then {second}", first=first, second=then)
    return first


def way_of(option: Option) -> Phrase:
    """An option in words: ``rehost``, ``rehost, then consolidate into web``, ``retain``."""
    return way_of_steps([(step.approach, step.to) for step in option.steps] or [(option.approach, None)])
