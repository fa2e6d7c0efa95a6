"""Which families of rules there are, and which method treats which how.

Families that limit a sum are written once in :mod:`consolidate.solving.formulation.resources`, and every method takes
them from there. What is left is a matter of one choice (then choices that break the rule do not exist) or of a link
between two systems or services, which each method treats in its own way. The table says how; a test holds it against
the methods and the accounts.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["choice", "sum", "link", "cost", "aid"]
"""``choice``: about one choice alone, settled in :mod:`consolidate.solving.formulation.choices`; ``sum``: a family of
resources; ``link``: between systems or services; ``cost``: a cost that depends on two systems; ``aid``: says nothing
new, but helps the solver."""


class Treatment(NamedTuple):
    """How the methods treat a family.

    ``rows``: the function that makes its rows in the mixed-integer program; ``solution``: its name in the test of a
    solution; ``relaxed``: what may be relaxed is called so, None where the rule never gives way; ``priced``: whether
    it has Lagrange multipliers of its own in the decomposition; ``accounts``: the rules of the accounts that hold it.
    """

    kind: Kind
    rows: str | None = None
    solution: str | None = None
    relaxed: str | None = None
    priced: bool = False
    accounts: tuple[str, ...] = ()


def _sum(name: str, item: str, *more: str) -> Treatment:
    """A family of resources: it bears the same name everywhere."""
    return Treatment("sum", name, name, item, True, (name, *more))


TREATMENTS: dict[str, Treatment] = {
    "option": Treatment("choice", "option", "once", accounts=("once", "option")),
    "horizon": Treatment("choice", solution="horizon", relaxed="horizon", accounts=("horizon",)),
    "window": Treatment("choice", solution="window", relaxed="latest", accounts=("window",)),
    "freeze": Treatment("choice", solution="freeze", relaxed="freeze", accounts=("freeze",)),
    "progress": Treatment("choice", accounts=("progress",)),
    "staff": _sum("staff", "role", "agency"),
    "capital": _sum("capital", "pot"),
    "capacity": _sum("capacity", "capacity"),
    "limit": _sum("limit", "limit"),
    "milestone": _sum("milestone", "milestone"),
    "target": _sum("target", "target"),
    "budget": _sum("budget", "budget"),
    "build": Treatment("link", "build", "build", priced=True, accounts=("build",)),
    "ready": Treatment("link", "ready", "ready", priced=True, accounts=("ready",)),
    # Rows and prices of services that need services are made together with those of builds; a service that must be
    # built is kept exactly where prices are used.
    "needs": Treatment("link", "build", "needs", accounts=("needs",)),
    "after": Treatment("link", "after", "after", priced=True, accounts=("after",)),
    "gate": Treatment("link", "gate", "gate", priced=True, accounts=("gate",)),
    "must_build": Treatment("link", "build", "must_build", accounts=("must_build",)),
    "together": Treatment("link", "together", "together", priced=True, accounts=("together",)),
    "agency": Treatment("cost", "agency"),
    "interface": Treatment("cost", "interface", priced=True),
    "mode": Treatment("aid", "mode"),
    "by": Treatment("aid", "by"),
}
"""By family, how it is treated."""
