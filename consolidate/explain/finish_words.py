"""When a plan of fewest quarters ends, in words that several answers share."""

from __future__ import annotations

from consolidate.explain.explained import PlanFinish
from consolidate.language import Language


def ends_words(own: Language, ends: PlanFinish) -> str:
    """When the plan ends, and how much sooner the best one might.

    >>> from consolidate.language import language
    >>> ends_words(language("en"), PlanFinish(None, 0))
    'The plan has no cutover.'
    """
    if ends.last is None:
        return own.text("The plan has no cutover.")
    quarter = own.quarter(ends.last.label)
    if not ends.sooner:
        return own.text("The plan's last cutover is in {quarter}, as soon as can be.", quarter=quarter)
    return own.plural(
        "The plan's last cutover is in {quarter}, at most {n} quarter after the soonest.",
        "The plan's last cutover is in {quarter}, at most {n} quarters after the soonest.",
        ends.sooner,
        quarter=quarter,
    )


def not_soonest_line(own: Language, sooner: int) -> str:
    """That the plan asked about is not the soonest, where one was found that ends so much sooner; else empty.

    >>> from consolidate.language import language
    >>> not_soonest_line(language("en"), 2)
    'The plan is not the soonest: one was found that ends 2 quarters sooner. Plan again.'
    """
    if sooner <= 0:
        return ""
    return own.plural(
        "The plan is not the soonest: one was found that ends {n} quarter sooner. Plan again.",
        "The plan is not the soonest: one was found that ends {n} quarters sooner. Plan again.",
        sooner,
    )
