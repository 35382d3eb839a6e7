"""Paper forms: where each box is printed, and what the measures of a photographed form say."""
