"""Deeds about articles, one transaction each."""
