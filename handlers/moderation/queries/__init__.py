"""What is asked about residents' texts, cut to the viewer or to the author."""
