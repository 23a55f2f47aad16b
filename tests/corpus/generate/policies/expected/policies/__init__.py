"""The synchronizer of policies."""
