"""The survey as a conversation with a respondent."""
