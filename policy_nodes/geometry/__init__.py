"""Geometry that simulation, perception and policies share: frames, rays, velocity obstacles."""
