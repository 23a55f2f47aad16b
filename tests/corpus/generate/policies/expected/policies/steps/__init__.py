"""The sync steps: how the back-end gets to what the models declare, one file a model."""
