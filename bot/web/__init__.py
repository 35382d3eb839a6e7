"""The web: landing pages, the survey on a page, public results, and the app that serves them."""
