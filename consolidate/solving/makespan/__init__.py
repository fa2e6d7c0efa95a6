"""The shortest makespan: in how few quarters all work can be done, and the proof that it takes no fewer.

``fewest_quarters`` closes the gap between plans and proofs. Plans come from ``schedule_search``: schedules of a
``project`` built one by one (``serial_schedule``, ``genetic_search``) or hundreds at once (``vectorised_schedule``).
Proofs come from ``aggregate_model``, the choice of options without time, from ``tree_search`` and from the
mixed-integer program.
"""
