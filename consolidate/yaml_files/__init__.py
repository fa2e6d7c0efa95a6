"""YAML as a tree whose every text knows its file, line and column: files, parser, nodes, and what is found wrong."""
