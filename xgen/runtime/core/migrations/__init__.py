"""Migrations of the core models."""
