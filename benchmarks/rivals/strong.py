"""Our own model's rows given to a solver as they stand: no start, no phases, no search of ours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pulp

from consolidate.inventory import Inventory
from consolidate.plan import Plan
from consolidate.solving.exact.model import Model
from rivals.room import Room


class Strong:
    """The model; ``problem`` is for any solver of PuLP's, ``arrays`` for those that it has none for."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.model = Model(inventory, inventory.plan_quarters)
        self.model.load()
        self.problem = self.model.problem

    def arrays(self) -> dict[str, Any]:
        """Columns (cost, upper bound, whether whole) and rows (bounds; entries by row), without names."""
        columns = self.problem.variables()
        place = {x: index for index, x in enumerate(columns)}
        starts, entries, factors, lows, tops = [0], [], [], [], []
        for row in self.problem.constraints():
            entries += [place[x] for x in row]
            factors += list(row.values())
            starts.append(len(entries))
            lows.append(-np.inf if row.getLb() is None else row.getLb())
            tops.append(np.inf if row.getUb() is None else row.getUb())
        return {
            "cost": np.array([self.problem.objective.get(x, 0.0) for x in columns]),
            "top": np.array([np.inf if x.upBound is None else x.upBound for x in columns]),
            "whole": np.array([x.cat == pulp.LpInteger for x in columns]),
            "starts": np.array(starts),
            "entries": np.array(entries, dtype=np.int64),
            "factors": np.array(factors, dtype=float),
            "lows": np.array(lows, dtype=float),
            "tops": np.array(tops, dtype=float),
        }

    def take(self, values: Any) -> None:
        """Enters a solution that was found elsewhere, by column of ``arrays``."""
        for x, value in zip(self.problem.variables(), values, strict=True):
            x.varValue = float(value)

    def plan(self) -> Plan:
        """What the solution takes."""
        room = Room(self.inventory)
        for service, builds in self.model.builds.items():
            for build, z in builds:
                if (z.value() or 0.0) > 0.5 and build.service.build is not None:
                    room.builds[service] = build.start
                    room.use(build.service.build, build.start, 1)
        for found in self.model.choices.values():
            choice, _ = max(found, key=lambda pair: pair[1].value() or 0.0)
            if choice.when.starts:
                room.take(choice.system, choice.option, choice.when.starts)
        return room.plan()
