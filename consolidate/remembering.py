"""What was worked out for an inventory, kept while it is in use: inventories do not change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import ref

from consolidate.inventory import Inventory

Value = TypeVar("Value")


def remembering_last(function: Callable[[Inventory], Value]) -> Callable[[Inventory], Value]:
    """The function, keeping its result for the inventory that it was last called with, until that is gone.

    It is for what is asked of the same inventory again and again, and takes long where there are thousands of systems.
    """
    kept: list[tuple[ref[Inventory], Value]] = []

    def forget(gone: ref[Inventory]) -> None:
        kept[:] = [one for one in kept if one[0] is not gone]

    @wraps(function)
    def asked(inventory: Inventory) -> Value:
        for known, value in tuple(kept):
            if known() is inventory:
                return value
        value = function(inventory)
        kept[:] = [(ref(inventory, forget), value)]
        return value

    return asked
