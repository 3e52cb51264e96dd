"""Further official accounts of this installation, and the files by which the platform checks its domain."""
