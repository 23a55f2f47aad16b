"""The sync steps of sampleservice."""
