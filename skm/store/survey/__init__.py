"""Units, collectors, visits, responses and their rollup."""
