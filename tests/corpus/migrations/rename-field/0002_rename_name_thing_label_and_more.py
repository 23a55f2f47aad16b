"""What changed in the models of shop.

- rename Thing.name to label
- change Thing.label
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Brings the tables up to the models."""

    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.RenameField(model_name="thing", old_name="name", new_name="label"),
        migrations.AlterField(
            model_name="thing",
            name="label",
            field=models.CharField(max_length=60, help_text="What people call it"),
        ),
    ]
