"""What contracts of all systems cost, whenever the old systems end: closed forms for all choices at once."""

from __future__ import annotations

import numpy as np

from consolidate.inventory import Inventory
from consolidate.quarters import Calendar
from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.formulation.costs import QUARTERS_A_YEAR, TIE


class Contracts:
    """What each system's contract costs, for every quarter that the old system may run to."""

    def __init__(self, inventory: Inventory, prefix: Floats, quarters: int) -> None:
        calendar = inventory.calendar
        found = [system.contract for system in inventory.systems.values()]
        self.appraisal_quarters = inventory.appraisal_quarters
        self.joins = np.array([system.joins for system in inventory.systems.values()], dtype=np.int64)
        self.rate = np.array([contract.cost if contract else 0.0 for contract in found]) / QUARTERS_A_YEAR
        ends = np.array([contract.ends if contract else 0 for contract in found], dtype=np.int64)
        renews = np.array([contract.renews_for if contract else 1 for contract in found], dtype=np.int64)
        leave = [contract.exit if contract else None for contract in found]
        self.exit = np.array([0.0 if fee is None else fee for fee in leave])
        may_leave = np.array([fee is not None for fee in leave], dtype=bool)
        last = np.arange(quarters)
        month = np.array([calendar.last_month(int(quarter)) - 2 for quarter in last])
        renewals = np.maximum(-((ends[:, None] - month) // renews[:, None]), 0)
        term_end = self._quarter(calendar, ends)[:, None]
        renewed = self._quarter(calendar, ends[:, None] + renewals * renews[:, None])
        term = np.where(last > term_end, renewed, term_end)
        rest = self.rate[:, None] * self._upto(prefix, term) - self.rate[:, None] * self._upto(prefix, last)
        fee = self.exit[:, None] * self._at(prefix, last + 1)
        self.leaves = may_leave[:, None] & (fee < np.maximum(rest, 0.0) * (1 - TIE))
        self.paid = np.where(self.leaves, last, term)
        self.table: tuple[Floats, Floats] | None = None

    @staticmethod
    def _quarter(calendar: Calendar, month: Ints) -> Ints:
        return np.asarray((month - (calendar.starts - 1)) // 3 - calendar.origin, dtype=np.int64)

    def _upto(self, prefix: Floats, last: Ints) -> Floats:
        return np.asarray(prefix[np.clip(last + 1, 0, self.appraisal_quarters)])

    def _at(self, prefix: Floats, quarter: Ints) -> Floats:
        """The weight of one quarter; 0 beyond the appraisal."""
        return self._upto(prefix, quarter) - self._upto(prefix, quarter - 1)

    def _before(self, prefix: Floats) -> Floats:
        """[S]: the weights of the quarters before the system's partner joins."""
        return self._upto(prefix, self.joins - 1)

    def kept(self, prefix: Floats) -> Floats:
        """[S]: what a contract costs that is never left."""
        return np.asarray(self.rate * (prefix[-1] - self._before(prefix)))

    def left(self, system: Ints, last: Ints, prefix: Floats) -> Floats:
        """[n, quarters]: what the contract costs when the old system has run up to ``last``."""
        if self.table is None or self.table[0] is not prefix:
            quarter = np.arange(self.paid.shape[1])
            upto = np.maximum(self._upto(prefix, self.paid) - self._before(prefix)[:, None], 0.0)
            fee = self.exit[:, None] * self._at(prefix, quarter + 1)
            self.table = (prefix, self.rate[:, None] * upto + self.leaves * fee)
        return np.asarray(self.table[1][system[:, None], np.minimum(last, self.paid.shape[1] - 1)])
