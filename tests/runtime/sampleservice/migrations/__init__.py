"""Migrations of sampleservice."""
