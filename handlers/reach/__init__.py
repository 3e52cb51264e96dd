"""What staff see of how messages arrive, and going round to the homes that none has reached."""
