"""The first tables of hostile."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Creates the tables."""

    initial = True

    dependencies = [("xgen_core", "0002_initial")]

    operations = [
        migrations.CreateModel(
            name="Text",
            fields=[
                (
                    "serviceinstance_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="xgen_core.serviceinstance",
                    ),
                ),
                (
                    "name_of_it",
                    models.CharField(
                        max_length=200,
                        default='\'quotes\' and "more" \\ backslash # no comment */ {{ 7 * 7 }} {% raw %} """ %s {x} é 😀 : yes',
                        verbose_name='\'quotes\' and "more" \\ backslash # no comment */ {{ 7 * 7 }} {% raw %} """ %s {x} é 😀 : yes',
                        help_text='\'quotes\' and "more" \\ backslash # no comment */ {{ 7 * 7 }} {% raw %} """ %s {x} é 😀 : yes',
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        max_length=10,
                        default="yes",
                        choices=[("yes", "Yes: it is #1"), ("no", "{{ no }}")],
                        help_text="no",
                    ),
                ),
                (
                    "lines",
                    models.TextField(
                        default='one\ntwo\t"three"',
                        help_text="first\nsecond",
                    ),
                ),
                ("raw", models.BinaryField(default=b"\xc3\xa9\"'")),
            ],
            options={
                "verbose_name": '\'quotes\' and "more" \\ backslash # no comment */ {{ 7 * 7 }} {% raw %} """ %s {x} é 😀 : yes',
            },
            bases=("xgen_core.serviceinstance",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
    ]

    # What fields are known by: one that is renamed keeps its number.
    numbers: dict[str, dict[str, object]] = {
        "text": {"name_of_it": 1, "answer": 2, "lines": 3, "raw": 4},
    }
