"""The staff's surface: pages under /admin on which a committee runs its community."""
