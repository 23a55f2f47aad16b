"""What changed in the models of shop.

- rename Thing.a to a_aside
- rename Thing.b to a
- rename Thing.a_aside to b
"""

from django.db import migrations


class Migration(migrations.Migration):
    """Brings the tables up to the models."""

    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.RenameField(model_name="thing", old_name="a", new_name="a_aside"),
        migrations.RenameField(model_name="thing", old_name="b", new_name="a"),
        migrations.RenameField(model_name="thing", old_name="a_aside", new_name="b"),
    ]
