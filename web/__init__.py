"""What every surface in a browser needs: forms read with care and proved to be ours, sessions, limits, safe headers."""
