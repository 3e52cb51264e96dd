"""Proofreading what is about to be published, for every capability."""
