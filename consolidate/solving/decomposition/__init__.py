"""Thousands of systems: a Lagrangian bound, plans guided by its prices, and the proof of both.

From the ground up: ``columns`` (all choices in arrays, made of ``step_rows`` and priced by ``column_costs``);
``coupling_constraints`` and ``lagrangian`` (what couples systems, at a price; the bound), with
``service_subproblem`` (the services that systems share) and ``subgradient`` (the prices); ``resources``,
``candidates`` and ``partial_plan`` (a plan under construction that keeps every rule); ``service_dates``,
``service_cuts``, ``service_dive``, ``greedy``, ``ruin_and_recreate`` and ``exact_neighbourhood`` (plans, and better
ones); ``heuristic`` (all of it, within a budget of work);
``reduced_cost_fixing`` and ``certificate`` (what the bound rules out, and how anyone can compute it again);
``method`` (what the optimizer calls).
"""
