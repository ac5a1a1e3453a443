"""The points of a face: 468 places on its surface, for teaching and for motion."""
