"""Reads of the registers for every surface, cut to the viewer's part of the tree."""
