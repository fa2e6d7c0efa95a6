"""What a pack says, computed for whoever may read it, before a word of it is written."""
