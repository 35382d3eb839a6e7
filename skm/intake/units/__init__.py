"""Lists of units: their columns, their codes, and which unit is above which."""
