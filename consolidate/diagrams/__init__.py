"""The drawings of a plan: roadmap, migration map, dependency diagram, plateaus.

Only :mod:`.roadmap`, :mod:`.plateaus`, :mod:`.picture_files` and :mod:`.plan_view` are for use from outside. From
the bottom up: :mod:`.engine` draws; :mod:`.plan_view` arranges a plan's rows, services, critical path and words;
:mod:`.sentences` speaks of them; :mod:`.axis`, :mod:`.marks`, :mod:`.lanes`, :mod:`.legend` and :mod:`.sheet` make
a roadmap's page, which :mod:`.timeline` and :mod:`.board_summary` fill. :mod:`.landscape` says how things are as a
quarter ends; :mod:`.plateau_sheet` is the page of several, which :mod:`.plateau_systems` or :mod:`.plateau_counts`
fills.
"""
