NAME = "Color"
edited
