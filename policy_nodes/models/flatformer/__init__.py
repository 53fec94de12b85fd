"""FlatFormer: attention within groups of equal size over the pillars of a point cloud."""
