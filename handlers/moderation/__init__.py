"""Public talk kept fair: what residents write is looked at first, every decision has a reason and can be appealed."""
