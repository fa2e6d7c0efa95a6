"""What a Board pack says in words, a module for each group of sections; ``pack_document`` puts them in order."""
