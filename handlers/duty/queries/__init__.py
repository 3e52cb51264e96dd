"""What duty reads, cut to the viewer: alarms, who is on duty when, hand-overs."""
