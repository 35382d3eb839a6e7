"""Published results: pages, open data, downloads, pictures."""
