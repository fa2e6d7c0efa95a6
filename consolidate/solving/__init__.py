"""Finding a plan and proving how good it is.

``formulation`` says which choices there are, what each costs and takes, and what is limited; ``exact`` is the
mixed-integer program; ``decomposition`` plans thousands of systems by Lagrangian relaxation; ``makespan`` finds the
fewest quarters; ``infeasibility`` explains why there is no plan. Nothing here knows the accounts: the two never
import each other.
"""
