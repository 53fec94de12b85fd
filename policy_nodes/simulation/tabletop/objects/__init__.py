"""Things that stand on the table: plain geometry, and the few numbers that tasks read."""
