"""The home site of users, whose model each service has for itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("xgen_core", "0005_engine"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="site_type",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Model of the home site",
                max_length=200,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="site_id",
            field=models.BigIntegerField(blank=True, help_text="Id of the home site", null=True),
        ),
    ]
