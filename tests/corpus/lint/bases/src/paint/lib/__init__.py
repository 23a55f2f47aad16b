"""Bases of bases."""

from .deep import Deep, Gone
from .circle import Circle
