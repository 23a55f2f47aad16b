"""What changed in the models of shop.

- remove Thing.size
- delete Box
"""

from django.db import migrations


class Migration(migrations.Migration):
    """Brings the tables up to the models."""

    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.RemoveField(model_name="thing", name="size"),
        migrations.DeleteModel(name="Box"),
    ]
