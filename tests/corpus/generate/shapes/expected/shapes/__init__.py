"""The synchronizer of shapes."""
