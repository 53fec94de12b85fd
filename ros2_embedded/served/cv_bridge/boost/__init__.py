"""Functions that the real package takes from C++."""
