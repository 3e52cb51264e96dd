"""The archive of what residents said and were answered, and the inbox that lets a message act once."""
