"""What `policy-stack` can do: one command a file."""
