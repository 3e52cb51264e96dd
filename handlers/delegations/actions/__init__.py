"""Asking for a delegation, deciding on it, ending it, and acting by it."""
