"""What changed in the models of shop.

- let no two Thing have the same name
- let no two Thing have the same name and size
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Brings the tables up to the models."""

    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="thing",
            constraint=models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(deleted=False),
                name="shop_thing_name_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="thing",
            constraint=models.UniqueConstraint(
                fields=["name", "size"],
                condition=models.Q(deleted=False),
                name="shop_thing_name_size_key",
            ),
        ),
    ]
