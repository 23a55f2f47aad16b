Word of 3 1
x
other
many
