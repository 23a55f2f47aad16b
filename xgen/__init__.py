"""Generate goal-driven synchronizers for network services from xproto models."""

__version__ = "0.1.0"
