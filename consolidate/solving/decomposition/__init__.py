"""Thousands of systems: a Lagrangian bound, plans led by its prices, and the proof of both.

From the ground up: ``columns`` (all choices in arrays, priced by ``closed_forms``), ``shared`` and
``dual`` (what couples systems, priced; the bound), ``cells``, ``building`` and ``state`` (a plan under
construction that keeps every rule), ``greedy``, ``rebuild`` and ``neighbourhood`` (plans, and better
ones), ``decompose`` (all of it, within a budget of work), ``fixing`` and ``certificate`` (what the bound
rules out, and how anyone can reckon it again), ``large`` (the way in).
"""
