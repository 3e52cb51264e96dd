"""What was undertaken: a task or promise with who does it and until when."""
