"""Residency: estates, dwellings, the people who live there, and the accounts bound to them."""
