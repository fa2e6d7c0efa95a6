"""The drawings of a plan: roadmap, migration map, dependency diagram.

Only :mod:`consolidate.diagrams.roadmap` and :mod:`consolidate.diagrams.plan_view` are for use from outside. From
the bottom up: :mod:`.engine` draws; :mod:`.plan_view` arranges a plan's rows, services, critical path and words;
:mod:`.sentences` speaks of them; :mod:`.axis`, :mod:`.marks`, :mod:`.lanes`, :mod:`.legend` and :mod:`.sheet` make
a roadmap's page, which :mod:`.timeline` and :mod:`.board_summary` fill.
"""
