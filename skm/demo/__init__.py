"""A demo city: the units and published figures of a real one, with made-up responses.

`surakarta_2023.csv` is the published recap of 2023. `upp.csv` has the same units in the form that
`skm upp import` reads, with codes and populations of our own. All responses are examples: none of
them was ever given.
"""
