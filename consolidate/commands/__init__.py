"""Commands with a module of their own, and what all commands need (``common``): part of :mod:`consolidate.cli`."""
