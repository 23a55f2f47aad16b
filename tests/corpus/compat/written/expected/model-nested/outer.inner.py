Inner of 3 1
i
