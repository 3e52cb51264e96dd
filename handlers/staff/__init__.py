"""Staff: who works on the panel, what each role may do, and over which part of the tree."""
