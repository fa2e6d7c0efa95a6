"""The accounts of a plan: what was reported, the books quarter by quarter, and the rules that a plan obeys.

``actuals`` reads what really happened, ``ledger`` writes down what a plan costs and uses in each quarter, ``rules`` are
tested on it, ``verdict`` holds what a plan claims against what is so, and ``differences`` compares two plans. Nothing
here knows how a plan is found: this side and :mod:`consolidate.solving` never import each other.
"""
