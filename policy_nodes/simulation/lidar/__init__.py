"""A spinning lidar of several beams among upright solids: people, furniture, walls."""
