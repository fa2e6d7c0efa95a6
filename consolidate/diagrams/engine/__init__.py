"""What every diagram is drawn with: a canvas, widths of letters, colours, layout, Graphviz, and text for screen
readers."""
