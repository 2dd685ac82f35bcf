"""Create the two people of the demonstration: reader / reader and admin / admin."""

from datetime import datetime, timezone

from django.contrib.auth.hashers import make_password
from django.db import migrations

PEOPLE = {
    "reader": {"first_name": "Harriet", "is_staff": False, "is_superuser": False},
    "admin": {"first_name": "George", "is_staff": True, "is_superuser": True},
}


def create_people(apps, schema_editor):
    User = apps.get_model("auth", "User")
    for name, rights in PEOPLE.items():
        joined = datetime(2025, 1, 1, tzinfo=timezone.utc)
        User.objects.get_or_create(
            username=name, defaults={"password": make_password(name), "date_joined": joined, **rights}
        )


def delete_people(apps, schema_editor):
    apps.get_model("auth", "User").objects.filter(username__in=PEOPLE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0002_stock_the_shelves"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(create_people, delete_people)]
