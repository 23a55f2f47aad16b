"""A service for the runtime's own tests, laid out as a generated package."""
