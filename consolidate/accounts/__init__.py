"""The accounts of a plan: what was reported, the books quarter by quarter, and the rules that a plan obeys.

``actuals`` reads what was reported, ``courses`` and ``contracts`` work out what becomes of each system and of its
contract, ``journal`` and ``ledger`` post and add up what a plan costs and uses in each quarter, ``rules`` are tested on
it, ``verdict`` compares what a plan claims with the books, and ``differences`` compares two plans. Nothing here knows
how a plan is found: this side and :mod:`consolidate.solving` never import each other.
"""
