"""Search: Chinese words found in whatever was indexed, cut to a part of the tree."""
