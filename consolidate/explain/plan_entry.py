"""What a plan says of a system, a partner or a service."""

from __future__ import annotations

from consolidate.accounts.verdict import verify_plan
from consolidate.errors import RejectedPlan, message_of
from consolidate.explain.names import named_in
from consolidate.explain.partner_entry import PartnerInPlan, partner_in_plan
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.service_entry import ServiceInPlan, service_in_plan
from consolidate.explain.system_entry import SystemInPlan, system_in_plan
from consolidate.inventory import Inventory
from consolidate.plan import Plan


def describe_in_plan(inventory: Inventory, plan: Plan, name: str) -> SystemInPlan | PartnerInPlan | ServiceInPlan:
    """All that a plan says of one system, partner or service.

    Parameters
    ----------
    inventory
        The inventory that the plan is of.
    plan
        A plan that keeps its rules, as :func:`consolidate.load_plan` reads it.
    name
        A whole id (``torfaen/hr-payroll``, ``torfaen``, ``email``); a system's own part of its id, or a name, where
        only one has it. ``system:``, ``partner:`` or ``service:`` before it says which is meant.

    Returns
    -------
    SystemInPlan or PartnerInPlan or ServiceInPlan
        Plain data: amounts in the inventory's currency, people in person-days, all of them from the ledger.

    Raises
    ------
    UserError
        Nothing has that name (the message has the nearest), or several have it.
    RejectedPlan
        The plan is not one of this inventory as it is now, or breaks a rule.
    InvalidArgument
        ``inventory`` is none.
    """
    verdict = verify_plan(inventory, plan)
    meant = named_in(inventory, name)
    if not verdict.ok:
        raise RejectedPlan(message_of(verdict.faults[0]), verdict.faults)
    reading = PlanReading(inventory, plan, verdict.ledger)
    if meant.kind == "system":
        return system_in_plan(reading, meant.id, meant.others)
    if meant.kind == "partner":
        return partner_in_plan(reading, meant.id, meant.others)
    return service_in_plan(reading, meant.id, meant.others)
