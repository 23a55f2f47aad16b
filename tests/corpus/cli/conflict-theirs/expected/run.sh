# first
# second
#!/bin/sh
# from the target
exec false
