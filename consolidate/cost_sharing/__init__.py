"""Who pays: costs shared out by the stated rule, and what each partner would pay alone.

``apportionment`` shares the books among partners, ``cooperative_game`` has the Shapley value and the core of any cost
game, and ``coalitions`` plans for groups of partners and draws the conclusions.
"""
