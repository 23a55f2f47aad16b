"""Rendering: from the IR and a target to file contents, as values.

`target` finds a target, `environment` sets up Jinja2 for it, `file_tag` is the tag that places
files, `filters` turn values into code, `render` runs it all, `verify` looks at the result.
"""
