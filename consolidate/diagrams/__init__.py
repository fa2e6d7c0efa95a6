"""How the pictures are made: widths of text, colours, a canvas, what is drawn on it, and the drawing itself.

Only :mod:`consolidate.diagrams.roadmap` is meant to be called from outside.
"""
