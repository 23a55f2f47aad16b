"""The models that every service needs, as a Django app."""
