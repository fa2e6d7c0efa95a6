"""What every drawing is made with.

From the bottom up: widths of texts and colours, a canvas, the layout of graphs, Graphviz, and SVG for screen readers.
"""
