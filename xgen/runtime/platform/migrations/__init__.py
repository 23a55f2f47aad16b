"""Migrations of the platform models."""
