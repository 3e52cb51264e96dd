"""Which groups of opinion there are, what each stands for and what all agree on; knows only numbers."""
