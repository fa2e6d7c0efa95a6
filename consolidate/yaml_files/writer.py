"""From a tree of nodes to YAML text that reads as the same tree.

What was quoted is quoted, and a plain number, word or null is plain.
"""

from __future__ import annotations

from typing import Any

import yaml

from consolidate.yaml_files.nodes import Map, Node, Seq, Text

_WIDTH = 110
_STRING = "tag:yaml.org,2002:str"
_RESOLVER: Any = yaml.resolver.Resolver()


def yaml_text(node: Map) -> str:
    """A tree as YAML: mappings over lines, lists of plain values in brackets.

    Args:
        node: a tree whose texts are as some file had them.
    """
    return str(yaml.serialize(_node_of(node), Dumper=yaml.SafeDumper, allow_unicode=True, width=_WIDTH))


def _node_of(node: Node) -> Any:
    if isinstance(node, Map):
        pairs = [(_scalar(Text(key), plain=True), _node_of(value)) for key, value in node.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=not node)
    if isinstance(node, Seq):
        short = all(isinstance(entry, Text) for entry in node)
        return yaml.SequenceNode("tag:yaml.org,2002:seq", list(map(_node_of, node)), flow_style=short)
    return _scalar(node, plain=node.plain)


def _scalar(text: Text, *, plain: bool) -> Any:
    """A scalar without a tag of its own: a plain text bears the one that it has for PyYAML anyway."""
    tag = _RESOLVER.resolve(yaml.ScalarNode, str(text), (True, False)) if plain else _STRING
    return yaml.ScalarNode(tag, str(text), style=None if plain else "'")
