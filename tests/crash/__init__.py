"""kill -9 at every await and every SQL statement, then a look at what is left.

A process that was made ready once (zygote.py) forks a child for each point; the child does what a
server does (scenes.py) and kills itself at its n-th point (points.py). The test plays the messenger
or the browser (ways.py, ways_out.py), knows what was acknowledged (talk.py), looks at the database
as it was left (ground.py), starts another child and compares with a model (survey.py, digests.py).
The suite tries every few points; `make crash` all, and says how many.
"""
