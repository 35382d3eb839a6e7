"""`/kertas`: paper forms by photo."""
