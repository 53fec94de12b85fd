"""One recipe per policy, on CPU or CUDA, resumable; each ends in a checkpoint with its contract."""
