"""Names from a model made legal in generated code.

Whatever a model calls a thing, Python and Django must be able to have it. A name that they cannot
have gets the nearest one that they can, always the same; the caller reports the change.
"""

from __future__ import annotations

import keyword
import re
import sys
from functools import cache
from typing import TYPE_CHECKING

from xgen.ir.names import AttributeName, ClassName, ModuleName, identifier

if TYPE_CHECKING:
    from collections.abc import Collection


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a model class already has: Django's Model, its metaclass, and the runtime's Object. A field
# of that name would replace the method, or be refused when Django checks the models.
TAKEN_ATTRIBUTES = _words("""
    DoesNotExist MultipleObjectsReturned NotUpdated Meta id pk objects all_objects xgen
    adelete arefresh_from_db asave check clean clean_fields date_error_message delete from_db
    full_clean get_constraints get_deferred_fields prepare_database_save refresh_from_db save
    save_base serializable_value unique_error_message validate_constraints validate_unique
    resync leaf mro can_access
    """)

# Columns that the bundled XOSBase has and the ancestor's had not: a service written before them
# may use the word for something of its own, and must not get the runtime's counter instead.
RUNTIME_COLUMNS = _words("""
    generation enacted_generation revision policed_revision sync_attempts sync_retry_at
    policy_attempts policy_retry_at claim_owner claim_token claim_expires
    """)

# Names that the generated module of models uses itself.
_TAKEN_CLASSES = frozenset(("models", "ModelInfo"))

# A package of this name would hide, or be hidden by, something that the synchronizer imports. The
# modules that newer Pythons dropped are listed so that every Python renames alike.
_TAKEN_MODULES = frozenset(sys.stdlib_module_names) | _words("""
        asynchat asyncore distutils imp smtpd aifc audioop cgi cgitb chunk crypt imghdr mailcap
        msilib nis nntplib ossaudiodev pipes sndhdr spwd sunau telnetlib uu xdrlib lib2to3
        admin auth contenttypes django flatpages gis humanize messages postgres redirects
        sessions sitemaps sites staticfiles syndication asgiref sqlparse psycopg
        xgen structlog yaml click jinja2 lark black ansible dask distributed kafka nats
        pip setuptools wheel pytest hypothesis mypy ruff
        build dist docs test tests targets node_modules main
        """)


@cache
def attribute_name(text: str, *, own: bool = True) -> AttributeName:
    """Return the attribute for a field or an accessor; equal to ``text`` wherever possible.

    With ``own`` false the field belongs to the bundled core, which may use the runtime's words.
    """
    word = re.sub(r"_{2,}", "_", re.sub(r"[^A-Za-z0-9_]+", "_", text)).rstrip("_")
    word = identifier(word) if not word or word[0].isdigit() else word
    taken = word in TAKEN_ATTRIBUTES or keyword.iskeyword(word)
    if taken or (own and word in RUNTIME_COLUMNS):
        word += "_field"
    return AttributeName(word)


@cache
def class_name(text: str) -> ClassName:
    """Return the class for a message; equal to ``text`` wherever possible."""
    if text in _TAKEN_CLASSES or keyword.iskeyword(text):
        return ClassName(text + "Model")
    return ClassName(re.sub(r"_{2,}", "_", identifier(text)).strip("_"))


@cache
def module_name(text: str) -> ModuleName:
    """Return the package for an application; equal to ``text`` wherever possible.

    A name that belongs to Python, Django or a tool gets ``_service`` behind it.
    """
    word = text.lower() if keyword.iskeyword(text.lower()) else identifier(text).lower()
    taken = keyword.iskeyword(word) or word in _TAKEN_MODULES
    return ModuleName(word + "_service" if taken else word)


def free(word: AttributeName, taken: Collection[str]) -> AttributeName:
    """Return ``word``, numbered from 2 up if it is taken (columns ignore case)."""
    number, candidate = 1, word
    while candidate.lower() in taken:
        number += 1
        candidate = AttributeName(f"{word}_{number}")
    return candidate


def spaced(name: str) -> str:
    """Return a class name as people read it: ``ExampleServiceInstance`` in three words."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return " ".join(words.replace("_", " ").split())
