"""`skm setup`: what it asks, where it stores the answers, and what it makes of them."""
