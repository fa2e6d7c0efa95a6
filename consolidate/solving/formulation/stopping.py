"""How long loops end early: before each item they ask whether the search must stop.

Who builds a model knows no plan that could be handed back, so it raises; whoever asked for the model knows the best
plan so far. What is asked is the caller's wish and its time limit
(:func:`consolidate.solving.exact.solver.must_stop`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from consolidate.errors import OutOfTime

Item = TypeVar("Item")
Stop = Callable[[], bool]
"""Returns True once a search must stop."""


def never() -> bool:
    """The default: a search that is never stopped."""
    return False


def unless_stopped(items: Iterable[Item], stop: Stop) -> Iterator[Item]:
    """The items one by one, for as long as the search may go on.

    Raises:
        OutOfTime: before the first item that comes too late.

    >>> list(unless_stopped("ab", never))
    ['a', 'b']
    """
    for item in items:
        if stop():
            raise OutOfTime
        yield item
