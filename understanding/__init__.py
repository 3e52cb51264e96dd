"""Understanding: which article answers a question, what a message is about, whether it offends. Knows only text."""
