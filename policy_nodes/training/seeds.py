"""Which seeds belong to training."""

# Training draws its episodes from here on; evaluation never does: its seeds are below this.
TRAINING_SEED = 1_000_000
