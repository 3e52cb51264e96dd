"""The residents' pages, one file a resource."""
