"""How the database got to what the models are now, one step a file."""
