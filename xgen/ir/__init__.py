"""What a model means: immutable values that checks, views and templates read."""
