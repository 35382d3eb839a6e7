"""Published recaps: what was printed about units and periods, and whether it can be right."""
