# first
# second
#!/bin/sh
exec mine
