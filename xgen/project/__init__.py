"""The project file `xgen.yaml`: what `xgen generate` does when it is not told.

`find` looks for the file, `reading` turns it into a value and says what is wrong with it,
`tasks` joins it with the command line.
"""
