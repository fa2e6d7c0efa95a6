"""Gates: what a service's build waits for, drawn from the systems to where it may begin."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.diagrams.axis import Axis
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.lanes import Lane, ServiceLane
from consolidate.diagrams.marks import GATE, ROW
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import waits_for


def draw_gate_lines(view: PlanView, canvas: Canvas, axis: Axis, lanes: Sequence[Lane], services: ServiceLane) -> None:
    """From the cutover of each system that a service waits for to the start of that service's build."""
    cutovers = {
        move.system: (axis.x(move.cutover + 1), lane.top(index) + ROW / 2)
        for lane in lanes
        for index, row in enumerate(lane.rows)
        for move in row.moves[:1]
    }
    for service in services.shown:
        build, top = view.services.builds.get(service.id), services.top(service.id)
        if build is None or top is None or not waits_for(view, service):
            continue
        x = axis.x(build.start) + 2.5
        for system in service.after:
            if system in cutovers:
                start, y = cutovers[system]
                canvas.line([(start, y), (x, y), (x, top + 2)], GATE, arrow=6, radius=3)
