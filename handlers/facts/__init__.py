"""Facts: figures of each day, counted while their sources last, for every surface that shows a trend."""
