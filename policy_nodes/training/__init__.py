"""One recipe a policy, on CPU or CUDA, resumable; each ends in a checkpoint and its contract."""
