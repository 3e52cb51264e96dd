"""What the platform reports of messages and of what residents allow it to send."""
