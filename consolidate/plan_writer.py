"""A plan is written: plan.json, the certificate of its bound, and its tables."""

from __future__ import annotations

from pathlib import Path

from consolidate.diagrams.roadmap import remove_pictures
from consolidate.inventory import Inventory
from consolidate.output_files import remove_files, write_file
from consolidate.plan import to_json
from consolidate.planning import CERTIFICATE, PlanResult
from consolidate.report.tables.plan_tables import write_tables
from consolidate.solving.decomposition import certificate as certificates
from consolidate.solving.formulation.remaining import remaining_of


def write_plan(inventory: Inventory, result: PlanResult, out: str | Path) -> tuple[Path, ...]:
    """Write a plan, the prices that prove its bound, and its tables.

    The pictures and the tables of an earlier plan in the folder are removed, so that nothing there is of another plan.

    Parameters
    ----------
    inventory
        The inventory that was planned.
    result
        What :func:`consolidate.make_plan` returned for it.
    out
        The folder: plan.json, certificate.json where the result has a certificate, and the tables (CSV) of
        :func:`consolidate.write_tables`.

    Returns
    -------
    tuple
        The files written, plan.json first.

    Raises
    ------
    UserError
        A file cannot be written.
    """
    out = Path(out)
    text = to_json(result.plan, inventory.calendar)
    left = remaining_of(inventory).inventory
    certificate = result.certificate
    proof = None if certificate is None else certificates.certificate_json(certificate, left)
    scarce = () if certificate is None else certificates.prices(certificate, left)
    remove_pictures(out)
    remove_files(out, CERTIFICATE)
    # The plan goes last: what lies beside a plan.json is never of an earlier one.
    written = write_tables(inventory, result.plan, result.verdict.ledger, out, scarce)
    if proof is not None:
        write_file(out / CERTIFICATE, proof)
        written.insert(0, out / CERTIFICATE)
    write_file(out / "plan.json", text)
    return (out / "plan.json", *written)
