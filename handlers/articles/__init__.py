"""Articles: what the committee answers to questions that come again and again, one source for chat, page and panel."""
