"""What writes the tables of outreach."""
