"""The loops of :mod:`consolidate.solving.decomposition.search_steps`, compiled by numba.

Importing this module takes half a second, and compiling, the first time on a machine, half a minute: see
:mod:`consolidate.solving.decomposition.compiled_passes` for where machine code is kept.

The loops are handed tables and state from function to function. As tuples of arrays, numba would copy some eighty
arrays with each call; as structures, one address.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zlib import crc32

from numba.core import types
from numba.experimental import structref
from numba.extending import register_jitable

from consolidate.solving.decomposition import arrays, compiling, search_rules, search_steps, search_tables
from consolidate.solving.decomposition.compiling import compiled
from consolidate.solving.decomposition.search_tables import SearchState, SearchTables
from consolidate.solving.formulation import costs

for helper in search_steps.HELPERS:
    register_jitable(helper)
_run: Callable[..., bool] = register_jitable(search_steps.run)
_insert_all: Callable[..., None] = register_jitable(search_steps.insert_all)
_put_all: Callable[..., None] = register_jitable(search_rules.put_all)
_structref: Any = structref
_types: Any = types


class _StructureType(_types.StructRef):  # type: ignore[misc]  # numba comes without types
    """A type of structure with a short name: the types of all fields are in it otherwise, in the name of everything
    that is compiled, and twice as slow to compile."""

    def __init__(self, fields: Any) -> None:
        super().__init__(fields)
        self.name: str = f"{self._typename}{crc32(str(self).encode())}"

    def preprocess_fields(self, fields: Any) -> Any:
        """The fields, with types and not values."""
        return tuple((name, _types.unliteral(kind)) for name, kind in fields)


@_structref.register
class _TablesType(_StructureType):
    """The type of the tables, when compiled."""


@_structref.register
class _StateType(_StructureType):
    """The type of the state, when compiled."""


class _Tables(_structref.StructRefProxy):  # type: ignore[misc]  # numba comes without types
    """What makes the tables, when compiled."""


class _State(_structref.StructRefProxy):  # type: ignore[misc]  # numba comes without types
    """What makes the state, when compiled."""


_structref.define_constructor(_Tables, _TablesType, list(SearchTables._fields))
_structref.define_constructor(_State, _StateType, list(SearchState._fields))


TEXT = crc32(
    b"".join(
        Path(str(each.__file__)).read_bytes()
        for each in (search_rules, search_steps, search_tables, costs, arrays, compiling)
    )
)
"""The sources of these loops: numba itself looks at this file alone to tell whether machine code is out of date."""


def _named_by_text(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, so named that its machine code is kept in a file of its own for each text of the loops."""
    function.__qualname__ = f"{function.__name__}_{TEXT}"
    return function


@compiled
@_named_by_text
def run(tables: SearchTables, state: SearchState, patience: Any) -> bool:
    """As :func:`consolidate.solving.decomposition.search_steps.run`."""
    return _run(_Tables(*tables), _State(*state), patience)


@compiled
@_named_by_text
def insert_all(tables: SearchTables, state: SearchState, systems: Any) -> None:
    """As :func:`consolidate.solving.decomposition.search_steps.insert_all`."""
    _insert_all(_Tables(*tables), _State(*state), systems)


@compiled
@_named_by_text
def put_all(tables: SearchTables, state: SearchState, plan: Any) -> None:
    """As :func:`consolidate.solving.decomposition.search_rules.put_all`."""
    _put_all(_Tables(*tables), _State(*state), plan)


def is_kept() -> bool:
    """Whether there is machine code of just these loops, in this process or on this machine."""
    dispatcher: Any = run
    kept = Path(dispatcher.stats.cache_path or ".").glob(f"compiled_search.run_{TEXT}-*.nbi")
    return bool(dispatcher.signatures) or any(kept)
