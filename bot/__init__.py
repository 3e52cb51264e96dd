"""The platform's door: it knows WeChat and nothing of the community."""
