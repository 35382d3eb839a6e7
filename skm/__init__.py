"""The Survei Kepuasan Masyarakat (Permenpan RB 14/2017): its conversation, answers and index.

A file directly in here is arithmetic on values and needs only the standard library; a folder
touches a disk or a library. Nothing in here talks to people and nothing reads the clock: the
moment it is now is always passed in.
"""
