"""What an answer to an official needs: request, arguments, figures seen, chart workers."""
