"""The survey in a terminal: `skm chat CODE`, for trying a deployment."""
