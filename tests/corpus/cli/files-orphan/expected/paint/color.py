NAME = "Color"
# mine
