"""Point clouds as numpy arrays."""
