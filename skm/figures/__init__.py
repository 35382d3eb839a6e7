"""What the answers add up to: index, sample, comparison, report."""
