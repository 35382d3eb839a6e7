"""What units bring in as files: responses, units, published recaps."""
