"""Reads of notices, cut to the resident or to the viewer's scope."""
