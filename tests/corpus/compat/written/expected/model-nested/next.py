Next of 3 1
outer
