"""From syntax trees to the IR: names resolved, options typed, inheritance and links worked out.

The passes, one a module: ``imports`` (which files), ``symbols`` (what they declare), ``resolve``
(what a name means), ``inherit`` (bases), ``options``, ``values`` and ``members`` (what is written
in a message), ``policies``, ``models``, ``library`` (what is reached outside the input),
``owners``, ``accessors`` (what links put on their peers). ``link`` runs them.
"""

from xgen.linker.link import link

__all__ = ["link"]
