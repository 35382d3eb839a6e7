"""Values to official documents: reports, recaps, posters, tickets."""
