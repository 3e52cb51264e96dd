"""Votes: a motion, a frozen roll, one ballot for each roll entry, a receipt, an exact result."""
