"""The milestones above a roadmap's lanes."""

from __future__ import annotations

from dataclasses import dataclass

from consolidate.diagrams.axis import Axis
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import fit, width
from consolidate.diagrams.plan_view import PlanView
from consolidate.inventory import Milestone

_TIER = 13.0
"""The height of a tier of labels."""


@dataclass(frozen=True)
class _Flag:
    """A milestone's diamond at ``x``, in tier ``tier``, its label right or left of it."""

    x: float
    tier: int
    label: str
    rightwards: bool
    sentence: str


class MilestoneRow:
    """The milestones' row, with as many tiers as it takes for labels not to touch.

    ``systems``: as in :class:`.sheet.Sheet`.
    """

    def __init__(self, view: PlanView, axis: Axis, systems: frozenset[str] | None = None) -> None:
        self.axis = axis
        taken: list[list[tuple[float, float]]] = []
        self.flags = [
            self._flag(view, milestone, taken)
            for milestone in sorted(view.inventory.milestones, key=lambda milestone: milestone.by)
            if 0 <= milestone.by < axis.quarters and (systems is None or not systems.isdisjoint(milestone.who.systems))
        ]
        self.height = len(taken) * _TIER + (8 if taken else 0)

    def _flag(self, view: PlanView, milestone: Milestone, taken: list[list[tuple[float, float]]]) -> _Flag:
        """A milestone in the first tier with room for it; ``taken`` holds the spans used in each tier, and gets its."""
        x = self.axis.x(milestone.by + 1)
        live = view.rows.live_by(milestone)
        share, count = view.language.percent(float(milestone.share or 0), 0), len(milestone.who.systems)
        label = view.language.text(
            "target {share} live, plan {live} of {count}", share=share, live=f"{live:,}", count=f"{count:,}"
        )
        label += f": {milestone.why}" if milestone.why else f": {milestone.who.text}" if milestone.who.text else ""
        label = fit(label, min(300.0, self.axis.right - self.axis.left - 20), 8.5)
        w = width(label, 8.5) + 14
        rightwards = x + w <= self.axis.right + 8
        span = (x - 7, x + w) if rightwards else (x - w, x + 7)
        tier = next((n for n, row in enumerate(taken) if all(a >= span[1] or b <= span[0] for a, b in row)), len(taken))
        if tier == len(taken):
            taken.append([])
        taken[tier].append(span)
        sentence = view.language.plural(
            "Milestone: at least {needed} of {n} system live by the end of {quarter}; the plan has {live}.",
            "Milestone: at least {needed} of {n} systems live by the end of {quarter}; the plan has {live}.",
            count,
            needed=f"{milestone.needed:,}",
            quarter=view.words.quarter(milestone.by),
            live=f"{live:,}",
        )
        return _Flag(x, tier, label, rightwards, f"{sentence} {milestone.why}".strip())

    def draw_lines(self, canvas: Canvas, y: float, bottom: float) -> None:
        """Dashed lines from the diamonds down through everything."""
        for x, tier in sorted({(flag.x, flag.tier) for flag in self.flags}):
            canvas.line([(x, y + tier * _TIER + 10), (x, bottom)], Stroke(themes.BLUE, 1.0, "dashed"))

    def draw(self, canvas: Canvas, y: float) -> None:
        """Draw the diamonds and their labels; ``y`` is the upper edge."""
        if self.flags:
            canvas.text(self.axis.left - 6, y + 12, self.axis.language.text("Milestones"), 9, bold=True, align="r")
        for flag in self.flags:
            base = y + flag.tier * _TIER + 12
            with canvas.group(flag.sentence):
                canvas.shape("diamond", flag.x, base - 3, 11, themes.BLUE)
                side = 8 if flag.rightwards else -8
                w = width(flag.label, 8.5) + 4
                canvas.rect(flag.x + side - (2 if flag.rightwards else w - 2), base - 8, w, 10.5, themes.PAPER)
                canvas.text(
                    flag.x + side, base, flag.label, 8.5, colour=themes.NAVY, align="l" if flag.rightwards else "r"
                )
