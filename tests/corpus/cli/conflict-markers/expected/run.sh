# first
# second
#!/bin/sh
<<<<<<< your file
exec mine
||||||| rendered before
exec true
=======
# from the target
exec false
>>>>>>> rendered now
