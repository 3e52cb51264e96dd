"""Privacy: what is kept is kept no longer than promised, and can be sealed anew under another key."""
