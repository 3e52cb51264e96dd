"""Danger: who is told of it, who is on duty, and what one shift leaves to the next."""
