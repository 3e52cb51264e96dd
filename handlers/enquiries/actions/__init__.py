"""What changes a conversation with a resident: what is said, who answers, what colleagues note, how it ends."""
