"""What is done in an interview: announced and held, asked and answered, promised and kept."""
