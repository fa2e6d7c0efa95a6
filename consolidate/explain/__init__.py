"""Answers about a plan and an inventory: what the plan says of one thing, and what differs between two.

Each way of asking is a module; each answer is plain data, from which the command line makes a page and
:func:`consolidate.answer_json` makes JSON. Every figure is one of a ledger, or the difference of two.
"""
