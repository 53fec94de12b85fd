"""Packages that the finder serves under their own names; add a folder and it is served."""
