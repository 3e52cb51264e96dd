"""One file a resource: what its pages show and which action each button calls."""
