"""Plain CDR (XCDR1), built from interface definitions as closures; no text is evaluated."""
