"""Questions and calls for help: emergencies, the main menu, a person to talk to, and words nobody understood."""
