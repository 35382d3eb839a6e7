"""`skm doctor`: checks of a deployment."""
