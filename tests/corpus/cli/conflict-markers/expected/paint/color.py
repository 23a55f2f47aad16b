NAME = "Color"
