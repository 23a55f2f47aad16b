"""The platform's models that older services link to (sites, slices, nodes, networks, ...)."""
