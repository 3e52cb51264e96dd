"""Reads of voting for every surface, already cut to who asks."""
