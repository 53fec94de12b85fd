"""The memory bank: what policies noted at earlier steps, whoever they are."""
