"""kill -9 at every await and every SQL statement, then a check of what is stored.

A server process that is prepared once (fork_server.py) forks a child for each point of death. The
child does what a real server does (scenes.py) and kills itself at its n-th point (points.py). The
test plays the messenger or the browser (clients.py, recipients.py), tracks what was acknowledged
(conversation.py), reads the database as the crash left it (databases.py), starts another child and
compares with a model (survey.py, digests.py). The test suite tries a sample of the points;
`make crash` tries all of them and prints how many.
"""
