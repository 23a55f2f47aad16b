"""Callback plugins that `xgen.runtime.playbooks` hands to Ansible; nothing here is imported by us."""
