"""kill -9 at every await and every SQL statement, then a look at what is left.

A process that was made ready once (zygote.py) forks a child for each point; the child does what a
server does (scenes.py) and kills itself at its n-th point (points.py). The test plays the messenger
or the browser (ways.py), knows what was acknowledged (victim.py), looks at the database as it was
left, starts another child and compares with a model. The suite tries every few points; `make crash`
all, and says how many.
"""
