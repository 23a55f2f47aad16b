"""Numbers of fields only."""

from django.db import migrations


class Migration(migrations.Migration):
    """Brings the tables up to the models."""

    dependencies = [("shop", "0001_initial")]

    operations = []

    # What fields are known by: one that is renamed keeps its number.
    numbers: dict[str, dict[str, object]] = {"thing": {"name": 7}}
