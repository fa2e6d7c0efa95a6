"""What a pack says, computed for its audience, before it is put into words."""
