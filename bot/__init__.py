"""Everything that talks: the channels, the words and the command `skm`.

A file directly in here knows no channel; a folder is one channel. `bot` asks `skm` what to
say and says it; it takes no decision about the survey and computes no figure.
"""
