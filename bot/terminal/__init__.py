"""The survey in a terminal: `skm chat CODE`. For trying things, and for whoever types."""
