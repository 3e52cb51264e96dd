"""What is read of interviews: by residents, by the host, by anybody."""
