"""Reads of consultations: for residents by their homes, for the public, for staff."""
