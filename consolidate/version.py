"""The version, read by the build as well: a source tree that is not installed knows it, too."""

__version__ = "0.1.0"
