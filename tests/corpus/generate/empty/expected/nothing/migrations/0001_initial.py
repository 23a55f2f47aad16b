"""The first tables of nothing."""

from django.db import migrations


class Migration(migrations.Migration):
    """Creates the tables."""

    initial = True

    dependencies = []

    operations = []
