r"""The services that systems share, inside the Lagrangian's subproblem, where they are kept exactly.

For every quarter r from which a service could be ready, a system that waits for it has a value: the less of its best
choice that starts no earlier (a suffix minimum over its reduced costs) and its best choice without the service.
Added up over the systems, that is a function of r for each service; services that need each other form trees, on
which the best quarters are found from the leaves up. What does not fit (a second service of one system, a second
need of one service) bears a price like any other constraint, so the bound holds in every case.
"""

from __future__ import annotations

import numpy as np

from consolidate.solving.decomposition.alternatives import Alternatives, SolutionDraft
from consolidate.solving.decomposition.arrays import INFINITY, Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.coupling_constraints import CouplingConstraints
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers, ReducedCosts, RelaxedSolution
from consolidate.solving.decomposition.passes import Passes
from consolidate.solving.decomposition.service_builds import ServiceBuilds
from consolidate.solving.decomposition.service_forest import ServiceForest
from consolidate.solving.decomposition.service_links import ServiceLinks
from consolidate.solving.formulation.costs import NEVER


class ServiceSubproblem:
    """What remains of the model at given prices: each system's choice, and the builds for which systems wait.

    Args:
        columns: all choices.
        coupling: the constraints that bear prices.
        passes: how arrays are gone through.

    Attributes:
        alternatives: the choices of each system.
        forest: services and their needs.
        links: systems and the services that they wait for.
        builds: what builds cost and use.
        must_build: services that every plan builds, by number.
    """

    def __init__(self, columns: Columns, coupling: CouplingConstraints, passes: Passes) -> None:
        self.columns, self.coupling = columns, coupling
        self.end = columns.end
        self.alternatives = Alternatives(columns, passes)
        self.forest = ServiceForest(columns)
        self.links = ServiceLinks(columns, passes)
        self.builds = ServiceBuilds(columns, coupling, self.forest)
        self.must_build = [n for n in self.forest.built if columns.services[n].id in columns.built_anyway]

    def solve(
        self, u: Multipliers, reduced: ReducedCosts, ready: Ints | None = None, mask: Floats | None = None
    ) -> Evaluation:
        """The cheapest of everything at given prices.

        Args:
            u: the prices.
            reduced: the reduced costs of all choices at these prices.
            ready: [services], the quarter from which each service is to be ready; None for the best ones.
            mask: [services, end + 1], added to what each costs by that quarter, the last never: infinite where it may
                not be ready then. Of no account with ``ready``.
        """
        links = self.links
        lowest = self.alternatives.least(reduced, links.rows, links.pairs)
        draft = SolutionDraft(self.columns)
        self.alternatives.choose(draft, lowest)
        least, alone = lowest.costs, lowest.costs[links.systems]
        base, extra = links.costs(reduced, alone)
        least[links.systems] = base
        if not np.isfinite(least).all():
            nothing = draft.solution(np.full(len(self.columns.services), NEVER))
            return Evaluation(INFINITY, INFINITY, nothing, reduced, least, np.zeros((0, self.end + 1)))
        value = self.values(u, extra)
        if ready is None:
            chosen, total = self.forest.best(value + (0.0 if mask is None else mask))
        else:
            chosen, total = ready.copy(), self.forest.total(value, ready)
        # From here on the services' quarters are settled, and with them what each system pays at least.
        settled = extra[np.arange(len(base)), np.minimum(chosen[links.service_of], self.end)]
        sum_of_bases = float(least.sum())
        least[links.systems] = base + settled
        links.choose(draft, reduced, alone, chosen)
        scale = float(np.abs(least).sum()) + abs(total) + self.coupling.magnitude(u)
        bound = sum_of_bases + total + self.coupling.constant(u)
        return Evaluation(bound, scale, draft.solution(chosen), reduced, least, value)

    def values(self, u: Multipliers, extra: Floats) -> Floats:
        """[services, end + 1]: each service's own value, by the quarter from which it is ready; last: never.

        Args:
            u: the prices.
            extra: [linked, end + 1], what each linked system pays more than its least, by the same quarters.
        """
        value = np.zeros((len(self.columns.services), self.end + 1))
        value[:, :-1] = self.builds.reduced_costs(u, self.links.second_needs)
        value[self.must_build, -1] = INFINITY
        stops = [*self.links.bounds[1:].tolist(), len(extra)]
        for service, low, high in zip(self.links.groups.tolist(), self.links.bounds.tolist(), stops, strict=False):
            value[service] += extra[low:high].sum(axis=0)
        return value

    def slack(self, taken: RelaxedSolution) -> Multipliers:
        """By how much a solution exceeds the constraints of ``ready``, ``build`` and ``gate`` that bear a price."""
        quarters = np.arange(self.end)
        needed = self.links.first_uses(*taken.steps())
        from_ = taken.ready[self.links.second_needs[:, 1]]
        minor = self.forest.minor_needs
        begins = np.array(
            [taken.ready[service] - self.forest.quarters(service) for service, _ in minor], dtype=np.int64
        )
        until = np.array([taken.ready[need] for _, need in minor], dtype=np.int64)
        gates = self.columns.links.gates
        starts = np.array(
            [taken.ready[one] - self.forest.quarters(one) for one in gates[:, 0].tolist()], dtype=np.int64
        )
        return {
            "ready": (needed[:, None] <= quarters).astype(float) - (from_[:, None] <= quarters),
            "build": (begins[:, None] <= quarters).astype(float) - (until[:, None] <= quarters),
            "gate": (starts[:, None] <= quarters).astype(float) - (taken.live[gates[:, 1]][:, None] < quarters),
        }
