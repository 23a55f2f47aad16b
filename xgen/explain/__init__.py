"""``xgen policy explain``: what a policy says, what becomes of it, and why it holds or does not."""
