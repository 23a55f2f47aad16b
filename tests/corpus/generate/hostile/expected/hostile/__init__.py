"""The synchronizer of hostile."""
