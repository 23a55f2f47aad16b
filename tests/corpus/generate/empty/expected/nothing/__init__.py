"""The synchronizer of nothing."""
