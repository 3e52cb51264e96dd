"""The residents' pages, opened inside WeChat: sessions by OAuth, layout, one file a resource."""
