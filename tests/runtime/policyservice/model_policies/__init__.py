"""The model policies of sampleservice."""
