"""Answers as pages for people who look rather than read: each a document, written by what writes the Board pack."""
