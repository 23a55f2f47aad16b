"""The synchronizer of exampleservice."""
