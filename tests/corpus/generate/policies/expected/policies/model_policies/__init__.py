"""The model policies: what follows from a change of one object for others, one file a model."""
