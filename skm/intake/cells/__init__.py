"""What a cell means: an answer, a date, a unit, a particular of the respondent."""
