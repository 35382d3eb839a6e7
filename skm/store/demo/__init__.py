"""A demo city: the units and published figures of a real one, with responses made by dice.

`surakarta_2023.csv` is the published recap of 2023; `upp.csv` the same units in the form that
`skm upp import` takes, with codes of ours and invented populations. Whatever is made from them is
an example: no such response was ever given.
"""
