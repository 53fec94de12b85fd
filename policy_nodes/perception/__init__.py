"""From sensors to what policies look at: who is around, and what the still world looks like."""
