"""The Survei Kepuasan Masyarakat (Permenpan RB 14/2017): its conversation, answers and index.

Rooms left of `output` (see tests/promises/test_rooms.py) compute with values and use the standard
library only. Nothing in this package talks to people, and nothing reads the clock: `now` is always
passed in.
"""
