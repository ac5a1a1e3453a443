"""How a face moves: values for the head, mouth, brows and eyes, from which an emoji comes alive."""
