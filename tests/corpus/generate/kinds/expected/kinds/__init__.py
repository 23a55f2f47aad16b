"""The synchronizer of kinds."""
