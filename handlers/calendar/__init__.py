"""When a residents' committee is there."""
