"""The milestones above a roadmap's lanes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consolidate.diagrams.axis import Axis
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import fit, width
from consolidate.diagrams.plan_view import PlanView
from consolidate.inventory import Milestone
from consolidate.vocabulary import translatable

DATE_KINDS = {
    "governance": translatable("governance"),
    "engagement": translatable("engagement"),
    "deliverable": translatable("deliverable"),
    "planning": translatable("planning"),
}
"""What the kinds of milestones are called."""
_MOST_LABEL = 400.0
"""The most room that a label takes."""
_TIER = 13.0
"""The height of a tier of labels."""


DATE_SHAPES = {
    "governance": "square",
    "engagement": "circle",
    "deliverable": "triangle",
    "planning": "hexagon",
    None: "diamond",
}
"""The shape that stands for a date of each kind; those that ask something of the plan are full diamonds."""


def date_mark(canvas: Canvas, x: float, y: float, kind: str | None) -> None:
    """A date that asks nothing of the plan: an empty shape of its kind, about a centre."""
    shape = DATE_SHAPES.get(kind, "diamond")
    canvas.shape(shape, x, y, 7.5 if shape == "square" else 9.5, themes.PAPER, Stroke(themes.NAVY, 1.4))


@dataclass(frozen=True)
class _Flag:
    """A milestone's sign at ``x``, in tier ``tier``, its label right or left of it.

    ``date``: whether it is a date that asks nothing of the plan; then ``kind`` says of what.
    """

    x: float
    tier: int
    label: str
    rightwards: bool
    sentence: str
    date: bool = False
    kind: str | None = None


class MilestoneRow:
    """The milestones' row, with as many tiers as it takes for labels not to touch.

    ``systems``: as in :class:`.sheet.Sheet`.
    """

    def __init__(self, view: PlanView, axis: Axis, systems: frozenset[str] | None = None) -> None:
        self.axis = axis
        taken: list[list[tuple[float, float]]] = []
        self.flags = [
            self._flag(view, milestone, taken)
            for milestone in sorted(view.inventory.milestones, key=lambda one: (one.by, one.day or date.max))
            if 0 <= milestone.by < axis.quarters and (systems is None or not systems.isdisjoint(milestone.who.systems))
        ]
        self.height = len(taken) * _TIER + (8 if taken else 0)

    def _flag(self, view: PlanView, milestone: Milestone, taken: list[list[tuple[float, float]]]) -> _Flag:
        """A milestone in the first tier with room for it; ``taken`` holds the spans used in each tier, and gets its."""
        if milestone.share is None:
            return self._date(view, milestone, taken)
        x = self.axis.x(milestone.by + 1)
        live = view.rows.live_by(milestone)
        share, count = view.language.percent(float(milestone.share), 0), len(milestone.who.systems)
        label = view.language.text(
            "target {share} live, plan {live} of {count}", share=share, live=f"{live:,}", count=f"{count:,}"
        )
        label += f": {milestone.why}" if milestone.why else f": {milestone.who.text}" if milestone.who.text else ""
        if milestone.name is not None:
            label = f"{view.words.name(milestone.name)}: {label}"
        label, tier, rightwards = self._placed(x, label, taken)
        sentence = view.language.plural(
            "Milestone: at least {needed} of {n} system live by the end of {quarter}; the plan has {live}.",
            "Milestone: at least {needed} of {n} systems live by the end of {quarter}; the plan has {live}.",
            count,
            needed=f"{milestone.needed:,}",
            quarter=view.words.quarter(milestone.by),
            live=f"{live:,}",
        )
        return _Flag(x, tier, label, rightwards, f"{sentence} {milestone.why}".strip())

    def _date(self, view: PlanView, milestone: Milestone, taken: list[list[tuple[float, float]]]) -> _Flag:
        """A date that asks nothing of the plan, on its day, or where its quarter ends."""
        x, when = self.axis.x(milestone.by + 1), view.words.quarter(milestone.by)
        name = "" if milestone.name is None else view.words.name(milestone.name)
        label = name
        if milestone.day is not None:
            calendar = self.axis.calendar
            first, after = calendar.first_day(milestone.by), calendar.first_day(milestone.by + 1)
            x = self.axis.x(milestone.by) + self.axis.step * ((milestone.day - first).days / (after - first).days)
            when = view.language.date(milestone.day)
            room = _MOST_LABEL - width(when, 8.5) - 10
            label = view.language.text("{name}, {date}", name=fit(name, room, 8.5), date=when)
        label, tier, rightwards = self._placed(x, label, taken)
        kind = "" if milestone.kind is None else f" ({view.language.text(DATE_KINDS[milestone.kind])})"
        return _Flag(x, tier, label, rightwards, f"{when}: {name}{kind}. {milestone.why}".strip(), True, milestone.kind)

    def _placed(self, x: float, label: str, taken: list[list[tuple[float, float]]]) -> tuple[str, int, bool]:
        """A label as it fits, its tier, and whether it stands right of its sign; ``taken`` gets its place."""
        label = fit(label, min(_MOST_LABEL, self.axis.right - self.axis.left - 20), 8.5)
        w = width(label, 8.5) + 14
        rightwards = x + w <= self.axis.right + 8
        span = (x - 7, x + w) if rightwards else (x - w, x + 7)
        tier = next((n for n, row in enumerate(taken) if all(a >= span[1] or b <= span[0] for a, b in row)), len(taken))
        if tier == len(taken):
            taken.append([])
        taken[tier].append(span)
        return label, tier, rightwards

    def draw_lines(self, canvas: Canvas, y: float, bottom: float) -> None:
        """Dashed lines from the diamonds down through everything; from a date only to the lanes."""
        for x, tier in sorted({(flag.x, flag.tier) for flag in self.flags if not flag.date}):
            canvas.line([(x, y + tier * _TIER + 10), (x, bottom)], Stroke(themes.BLUE, 1.0, "dashed"))
        for x, tier in sorted({(flag.x, flag.tier) for flag in self.flags if flag.date}):
            canvas.line([(x, y + tier * _TIER + 10), (x, y + self.height)], Stroke(themes.NAVY, 0.8))

    def draw(self, canvas: Canvas, y: float) -> None:
        """Draw the diamonds and their labels; ``y`` is the upper edge."""
        if self.flags:
            canvas.text(self.axis.left - 6, y + 12, self.axis.language.text("Milestones"), 9, bold=True, align="r")
        for flag in self.flags:
            base = y + flag.tier * _TIER + 12
            with canvas.group(flag.sentence):
                if flag.date:
                    date_mark(canvas, flag.x, base - 3, flag.kind)
                else:
                    canvas.shape("diamond", flag.x, base - 3, 11, themes.BLUE)
                side = 8 if flag.rightwards else -8
                w = width(flag.label, 8.5) + 4
                canvas.rect(flag.x + side - (2 if flag.rightwards else w - 2), base - 8, w, 10.5, themes.PAPER)
                canvas.text(
                    flag.x + side, base, flag.label, 8.5, colour=themes.NAVY, align="l" if flag.rightwards else "r"
                )
