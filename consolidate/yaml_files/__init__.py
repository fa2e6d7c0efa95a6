"""YAML files as nodes that know their line and column."""
