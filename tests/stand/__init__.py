"""Stands: real servers on this machine that speak to us as the messengers do."""
