"""Deeds about notices, one transaction each."""
