"""Audit: the record of every deed, sealed into a chain that shows later changes."""
