"""A plan is written: plan.json, the certificate of its bound, and its tables."""

from __future__ import annotations

from pathlib import Path

from consolidate.diagrams.picture_files import PICTURES, PLATEAUS
from consolidate.inventory import Inventory
from consolidate.output_sets import PLAN_FILE, PLAN_GROUP, OutputSet, output_set
from consolidate.plan import to_json
from consolidate.planning import CERTIFICATE, PlanResult
from consolidate.report.tables.plan_tables import add_tables
from consolidate.solving.decomposition import certificate as certificates
from consolidate.solving.formulation.remaining import remaining_of


def write_plan(inventory: Inventory, result: PlanResult, out: str | Path | OutputSet) -> tuple[Path, ...]:
    """Write a plan, the prices that prove its bound, and its tables.

    All of them are written, or none. The pictures and the tables of an earlier plan in the folder are removed, so that
    nothing there is of another plan; what no earlier run wrote is kept, under another name if it is in the way.

    Parameters
    ----------
    inventory
        The inventory that was planned.
    result
        What :func:`consolidate.make_plan` returned for it.
    out
        The folder: plan.json, certificate.json where the result has a certificate, and the tables (CSV) of
        :func:`consolidate.write_tables`. Or an :class:`consolidate.OutputSet`, to which they are added.

    Returns
    -------
    tuple
        The files written (or to be written), plan.json first.

    Raises
    ------
    UserError
        A file cannot be written.
    """
    left = remaining_of(inventory).inventory
    certificate = result.certificate
    proof = None if certificate is None else certificates.certificate_json(certificate, left)
    scarce = () if certificate is None else certificates.prices(certificate, left)
    with output_set(out) as outputs:
        for group in (PLAN_GROUP, PICTURES, PLATEAUS):
            outputs.start(group)
        written = [outputs.add(PLAN_GROUP, PLAN_FILE, to_json(result.plan, inventory.calendar))]
        if proof is not None:
            written.append(outputs.add(PLAN_GROUP, CERTIFICATE, proof))
        return (*written, *add_tables(inventory, result.plan, result.verdict.ledger, outputs, scarce))
