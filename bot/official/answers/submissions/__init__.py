"""`/serah`: a unit's report is written, handed in and decided about."""
