"""Reading figures: totals, reports, breakdowns, digests."""
