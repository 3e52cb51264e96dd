"""Notices: written, reviewed, sent, read and acknowledged, corrected and withdrawn."""
