"""Small robots made of joints: an arm and four legs, good enough to be stopped safely."""
