"""Networks as in the papers, in plain torch: one file per network."""
