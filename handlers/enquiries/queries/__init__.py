"""Conversations with workers as residents and staff read them, cut to who asks."""
