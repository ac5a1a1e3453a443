"""JPEG headers, camera frames and uploaded pictures: bytes to pixels."""
