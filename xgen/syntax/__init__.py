"""What was written: the syntax tree, its parser and its errors. Meaning is the linker's."""
