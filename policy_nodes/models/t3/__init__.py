"""T3: one transformer for tactile images of many sensors."""
