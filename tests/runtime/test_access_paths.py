"""Every way to read, write and delete on behalf of a user: the table of docs/policies.md.

Bob keeps the shelf ``his`` and owns the book ``his book`` on it. Ann's are not his to read.
"""

# ruff: noqa: PLW0108 - the tables hold what is yet to be asked

from __future__ import annotations

import copy
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import NotSupportedError, connection, transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch
from django.test.utils import CaptureQueriesContext
from policyservice._generated import models as m

from xgen.runtime import django as xdjango
from xgen.runtime.access import get, where
from xgen.runtime.access.acting import acting_as, unrestricted, writing
from xgen.runtime.access.guard import allowed
from xgen.runtime.access.plain import stored
from xgen.runtime.access.symbols import Row
from xgen.runtime.access.where import lower
from xgen.runtime.core.models import User
from xgen.runtime.errors import AccessDenied, DeletedPeer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).parents[2]


class World:
    """Two people with a shelf and a book each."""

    def __init__(self) -> None:
        self.ann = User.objects.create_user("ann@x")
        self.bob = User.objects.create_user("bob@x")
        self.root = User.objects.create_user("root@x", is_admin=True)
        self.label = m.Label.objects.create(name="good")
        self.secret = m.Label.objects.create(name="secret")
        self.hers = m.Shelf.objects.create(name="hers", keeper=self.ann)
        self.his = m.Shelf.objects.create(name="his", keeper=self.bob, next=self.hers)
        self.spare = m.Shelf.objects.create(name="spare", keeper=self.bob)
        self.own = m.Book.objects.create(name="his book", shelf=self.his, owned_by=self.bob)
        self.lent = m.Book.objects.create(name="lent", shelf=self.hers, owned_by=self.bob)
        self.other = m.Book.objects.create(name="her book", shelf=self.his, owned_by=self.ann)
        self.own.readers.set([self.his, self.hers])
        self.other.readers.set([self.his])


NOBODY: World = cast("World", None)
"""The tables below are made without a world, too, for the names of the tests."""


@pytest.fixture(scope="module")
def made(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, World]:
    path = tmp_path_factory.mktemp("access") / "test.db"
    shutil.copy(template, path)
    url = f"sqlite:///{path}"
    xdjango.use_database(url)
    return url, World()


@pytest.fixture
def world(made: tuple[str, World]) -> Iterator[World]:
    """One database for all of these tests; what they write is taken back."""
    url, first = made
    xdjango.use_database(url)
    with transaction.atomic():
        yield copy.deepcopy(first)
        transaction.set_rollback(True)
    xdjango.close_connections()


def names(rows: Iterable[Any]) -> list[str]:
    return sorted(str(row.name) for row in rows)


def book(name: str) -> Any:
    """Return a book as it is stored, without anything in hand."""
    with unrestricted():
        return m.Book.objects.get(name=name)


# Reading: what each path gives Bob, who may read two of three books and one of two shelves.


def lists(w: World) -> dict[str, Callable[[], Any]]:
    return {
        "objects": lambda: names(m.Book.objects.all()),
        "all_objects": lambda: names(m.Book.all_objects.all()),
        "_base_manager": lambda: names(m.Book._base_manager.all()),
        "_default_manager": lambda: names(m.Book._default_manager.all()),
        "filter": lambda: names(m.Book.objects.filter(pk__gt=0).exclude(name="x")),
        "iterator": lambda: names(m.Book.objects.iterator()),
        "values": lambda: sorted(row["name"] for row in m.Book.objects.values("name")),
        "values_list": lambda: sorted(m.Book.objects.values_list("name", flat=True)),
        "in_bulk": lambda: names(m.Book.objects.in_bulk().values()),
        "first and last": lambda: names(
            {m.Book.objects.order_by("name").first(), m.Book.objects.order_by("name").last()}
        ),
        "slice": lambda: names(m.Book.objects.order_by("name")[:9]),
        "union": lambda: names(m.Book.objects.filter(pk=0).union(m.Book.objects.all())),
        "subquery": lambda: names(
            m.Book.objects.filter(pk__in=m.Book.all_objects.values("pk"))
        ),
        "distinct": lambda: names(m.Book.objects.distinct()),
        }  # fmt: skip


@pytest.mark.parametrize("path", lists(NOBODY))
def test_lists_hold_what_may_be_read(world: World, path: str) -> None:
    with acting_as(world.bob):
        assert lists(world)[path]() == ["his book", "lent"]


def figures(w: World) -> dict[str, tuple[Callable[[], Any], Any]]:
    return {
        "count": (lambda: m.Book.objects.count(), 2),
        "exists": (lambda: m.Book.objects.filter(name="her book").exists(), False),
        "contains": (lambda: m.Book.objects.contains(w.other), False),
        "aggregate": (lambda: m.Book.objects.aggregate(n=Count("pk"))["n"], 2),
        "aggregate of a distinct": (lambda: m.Book.objects.distinct().aggregate(n=Min("name"))["n"], "his book"),
        "annotate": (lambda: m.Book.objects.annotate(n=F("name")).filter(n="her book").count(), 0),
        "dates": (lambda: len(m.Book.objects.filter(owned_by=w.ann).dates("created", "day")), 0),
        "len": (lambda: len(m.Book.objects.all()), 2),
        "many ends of a link": (lambda: names(w.his.books.all()), ["his book"]),
        "many ends, prefetched": (
            lambda: [
                names(shelf.books.all())
                for shelf in m.Shelf.objects.prefetch_related(Prefetch("books", m.Book.objects.all()))
            ],
            [["his book"], []],
        ),
        "many-to-many, forward": (lambda: names(w.own.readers.all()), ["his"]),
        "many-to-many, backward": (lambda: names(w.his.lent.all()), ["his book"]),
        "many-to-many, prefetched": (
            lambda: [names(b.readers.all()) for b in m.Book.objects.order_by("pk").prefetch_related("readers")],
            [["his"], []],
        ),
        "filtered over a link": (lambda: names(m.Book.objects.filter(shelf__name="hers")), []),
        "filtered over the many ends": (lambda: names(m.Shelf.objects.filter(books__name="her book")), []),
        "excluded over a link": (lambda: names(m.Shelf.objects.exclude(books__name="his book")), ["spare"]),
        "values over a link": (
            lambda: sorted(m.Book.objects.values_list("name", "shelf__name")),
            [("his book", "his"), ("lent", None)],
        ),
        "ordered over a link": (lambda: [b.name for b in m.Book.objects.order_by("-shelf__name")], ["his book", "lent"]),
        "counted over a link": (
            lambda: list(m.Shelf.objects.annotate(n=Count("books")).values_list("name", "n")),
            [("his", 1), ("spare", 0)],
        ),
        "aggregated over a link": (lambda: m.Book.objects.aggregate(n=Min("shelf__name"))["n"], "his"),
        "of users": (lambda: m.Shelf.objects.aggregate(n=Min("keeper__email"))["n"], "bob@x"),
        "asked with Exists": (
            lambda: names(m.Shelf.objects.filter(Exists(m.Book.objects.filter(shelf=OuterRef("pk"), name="her book")))),
            [],
        ),
        "users": (lambda: [u.email for u in User.objects.all()], ["bob@x"]),
    }  # fmt: skip


@pytest.mark.parametrize("path", figures(NOBODY))
def test_what_is_worked_out_is_of_what_may_be_read(world: World, path: str) -> None:
    ask, expected = figures(world)[path]
    with acting_as(world.bob):
        assert ask() == expected
    with acting_as(world.root):
        assert ask() != expected


def ones(w: World) -> dict[str, tuple[Callable[[], Any], type[Exception], str]]:
    return {
        "get": (lambda: m.Book.objects.get(name="her book"), ObjectDoesNotExist, "matching query"),
        "one link": (lambda: book("lent").shelf, AccessDenied, "may not read Shelf #1: policy keeper"),
        "optional link": (lambda: m.Shelf.objects.get(name="his").next, AccessDenied, "Shelf #1"),
        "link, select_related": (
            lambda: m.Book.objects.select_related("shelf").get(name="lent").shelf, AccessDenied, "#1",
        ),
        "optional link, select_related": (
            lambda: m.Shelf.objects.select_related("next").get(name="his").next, AccessDenied, "#1",
        ),
        "link, prefetched": (
            lambda: m.Book.objects.prefetch_related("shelf").get(name="lent").shelf, AccessDenied, "#1",
        ),
        "optional link, prefetched": (
            lambda: m.Shelf.objects.prefetch_related("next").get(name="his").next, AccessDenied, "#1",
        ),
        "link to a user": (lambda: book("her book").owned_by, AccessDenied, "may not read User #1"),
        "refresh_from_db": (lambda: w.other.refresh_from_db(), AccessDenied, "may not read Book #3"),
        "refresh_from_db of users": (lambda: w.ann.refresh_from_db(), AccessDenied, "User #1"),
        "deferred field": (lambda: _deferred(w.other).name, AccessDenied, "Book #3"),
        "raw": (lambda: m.Book.objects.raw("SELECT * FROM policyservice_book"), NotSupportedError, "bob@x"),
    }  # fmt: skip


def _deferred(one: Any) -> Any:
    with unrestricted():
        return m.Book.all_objects.only("pk").get(pk=one.pk)


@pytest.mark.parametrize("path", ones(NOBODY))
def test_what_may_not_be_read_is_refused(world: World, path: str) -> None:
    ask, error, text = ones(world)[path]
    with acting_as(world.bob), pytest.raises(error, match=text):
        ask()


def test_an_object_that_may_not_be_read_is_not_taken_for_missing(world: World) -> None:
    """What was fetched along for Bob is there again for those who may read it."""
    with acting_as(world.bob):
        shelf = m.Shelf.objects.prefetch_related("next").get(name="his")
        with pytest.raises(AccessDenied):
            shelf.next  # noqa: B018 - reading it is what is tested
    assert shelf.next == world.hers
    with acting_as(world.bob):
        lent = m.Book.objects.select_related("shelf").get(name="lent")
    assert lent.shelf == world.hers
    with acting_as(world.root):
        assert book("lent").shelf == world.hers


def test_it_takes_no_query_more(world: World) -> None:
    with acting_as(world.bob):
        for rows in (m.Book.objects.all(), m.Book.objects.select_related("shelf")):
            with CaptureQueriesContext(connection) as queries:
                list(rows)
            assert len(queries) == 1
        with CaptureQueriesContext(connection) as queries:
            book("his book").shelf  # noqa: B018 - likewise
        assert len(queries) == 2


def test_where_a_query_is_made_and_where_it_runs(world: World) -> None:
    with acting_as(world.bob):
        made = m.Book.objects.all()
    assert names(made) == ["his book", "lent"]  # whoever runs it
    made = m.Book.objects.all()
    with acting_as(world.bob):
        assert names(made.all()) == ["his book", "lent"]  # whoever made it
        with unrestricted():
            assert len(m.Book.objects.all()) == 3
        with acting_as(world.ann):
            assert names(m.Book.objects.all()) == ["her book"]
    with acting_as(world.ann):
        assert names(m.Book.objects.visible_to(world.bob)) == []  # what both may read
    with pytest.raises(NotSupportedError):
        m.Book.objects.union(m.Book.objects.all()).visible_to(world.bob)


def test_what_is_being_deleted_is_not_shown_to_others_either(world: World) -> None:
    world.other.delete()
    world.own.delete()
    with acting_as(world.bob):
        assert names(m.Book.objects.all()) == ["lent"]
        assert names(m.Book.all_objects.all()) == ["his book", "lent"]


def test_policies_look_at_everything(world: World) -> None:
    """Bob's rights depend on what he may not read, also where he has just listed a part of it."""
    site = m.Site.objects.create(login_base="one")
    one = m.Slice.objects.create(name="one", site=site)
    m.Privilege.objects.create(object_type="Site", object_id=site.pk, accessor_id=world.bob.pk)
    with acting_as(world.bob):
        one = m.Slice.objects.prefetch_related("site").get()
        one.count = 3
        one.save()
        assert names(m.Slice.objects.filter(site__login_base="one")) == ["one"]


def test_policies_look_past_what_was_listed_for_a_user(world: World) -> None:
    with acting_as(world.bob):
        own = m.Book.objects.prefetch_related("readers").get(name="his book")
        assert names(own.readers.all()) == ["his"]
    readers = get(own, "readers")
    assert names(readers) == ["hers", "his"]
    among = lower(where.is_in(Row(m.Shelf, 0), get(world.own, "readers")))
    with acting_as(world.bob):
        assert names(stored(m.Shelf).filter(among)) == ["hers", "his"]


def test_tables_of_one_object_are_one(world: World) -> None:
    """A Memo is a Note with a table more; its policy is looked at once, not that of its parts."""
    m.Memo.objects.create(name="a", published=True, text="t")
    m.Memo.objects.create(name="b", text="t")
    with acting_as(world.bob):
        assert names(m.Memo.objects.filter(name__in="ab").order_by("name")) == ["a"]
        assert names(m.Note.objects.filter(memo__text="t")) == ["a"]
        with CaptureQueriesContext(connection) as queries:
            list(m.Memo.objects.all())
        sql = str(queries[0]["sql"])
        assert (sql.count("INNER JOIN"), sql.count("OUTER JOIN")) == (1, 0)
        assert m.Note.objects.get().leaf.text == "t"


def test_rows_stay_when_what_they_need_may_not_be_read(world: World) -> None:
    stamp = m.Stamp.objects.create(name="paid", kind=world.label)
    world.other.name = "another"
    world.other.save()
    m.Page.objects.create(name="p", book=world.other, stamp=stamp)
    with acting_as(world.bob):
        pages = m.Page.objects.all()
        assert list(pages.values_list("name", "stamp__name")) == [("p", None)]
        assert list(pages.values_list("name", "stamp__kind__name")) == [("p", None)]
        assert list(pages.values_list("name", "book__name")) == [("p", None)]
        assert list(pages.values_list("name", "book__shelf__name")) == [("p", None)]
        assert names(pages.order_by("book__shelf__name", "stamp__name")) == ["p"]
        assert names(pages.select_related("book__shelf")) == ["p"]
        assert m.Stamp.objects.count() == 0


def test_a_policy_is_not_misled_by_what_the_query_joins(world: World) -> None:
    """That the book may not be read must not make its name null for the policy of its page."""
    stamp = m.Stamp.objects.create(name="paid", kind=world.label)
    m.Page.objects.create(name="p", book=world.other, stamp=stamp)
    with acting_as(world.bob):
        for pages in (m.Page.objects.all(), m.Page.all_objects.order_by("book__name")):
            assert names(pages) == []
        assert list(m.Page.objects.values_list("book__name")) == []


def test_python_looks_only_at_rows_that_are_asked_for(world: World) -> None:
    one = m.Slice.objects.create(name="one", creator=world.bob)
    for name in "abc":
        m.Network.objects.create(name=name, owner=one)
    with acting_as(world.bob):
        for networks in (
            m.Network.objects.filter(name="b"),
            m.Network.objects.order_by("name")[1:2],
        ):
            with CaptureQueriesContext(connection) as queries:
                assert names(networks) == ["b"]
            assert "IN (SELECT" in str(queries[0]["sql"])
        assert m.Network.objects.filter(name__in="ab").count() == 2
        counted = m.Network.objects.values("owner__name").annotate(n=Count("pk")).filter(n=3)
        assert [row["n"] for row in counted] == [3]
        assert names(m.Slice.objects.filter(owned_networks__name="c")) == ["one"]
    with acting_as(world.ann):
        assert m.Network.objects.count() == 3  # the policy is for all whose address begins with a
        world.ann.email = "b@x"
        assert m.Network.objects.count() == 0


def test_what_an_object_is_may_be_less_readable_than_its_base(world: World) -> None:
    m.Draft.objects.create(name="d", published=True)
    with acting_as(world.bob):
        note = m.Note.objects.get()
        with pytest.raises(AccessDenied, match="may not read Draft #1: policy admins"):
            note.leaf  # noqa: B018 - reading it is what is tested
    assert isinstance(note.leaf, m.Draft)


def test_a_home_site_is_a_link(world: World) -> None:
    world.ann.site = world.hers
    with acting_as(world.bob), pytest.raises(AccessDenied, match="may not read Shelf #1"):
        world.ann.site  # noqa: B018 - likewise


def test_rights_that_are_being_deleted_are_none(world: World) -> None:
    site = m.Site.objects.create(login_base="one")
    right = m.Privilege.objects.create(
        object_type="Site", object_id=site.pk, accessor_id=world.bob.pk
    )
    ctx = writing(world.bob)
    assert site.can_access(ctx)[0]
    assert allowed(stored(m.Site), ctx).exists()
    right.delete()
    assert not site.can_access(ctx)[0]
    assert not allowed(stored(m.Site), ctx).exists()


# Writing. Each is refused as a whole, with the name of what Bob may not change.


def writes(w: World) -> dict[str, tuple[Callable[[], Any], type[Exception]]]:
    return {
        "save": (lambda: _saved(w.other), AccessDenied),
        "create": (lambda: m.Book.objects.create(name="n", shelf=w.his, owned_by=w.ann), AccessDenied),
        "bulk_create": (lambda: m.Book.objects.bulk_create([m.Book(name="n", shelf=w.his)]), AccessDenied),
        "bulk_update": (lambda: m.Book.objects.bulk_update([_changed(w.other)], ["name"]), AccessDenied),
        "get_or_create": (lambda: m.Book.objects.get_or_create(name="n", shelf=w.his), AccessDenied),
        "update_or_create": (
            lambda: m.Book.objects.update_or_create(name="his book", defaults={"owned_by": w.ann}), AccessDenied,
        ),
        "update": (lambda: m.Book.objects.update(owned_by=w.ann), AccessDenied),
        "update of all_objects": (lambda: m.Book.all_objects.update(owned_by=w.ann), AccessDenied),
        "plain_update": (lambda: m.Book.all_objects.all().plain_update({"name": "x"}), NotSupportedError),
        "link to what may not be read": (lambda: _saved(w.own, shelf=w.hers), DeletedPeer),
        "many ends: create": (lambda: w.his.books.create(name="n"), AccessDenied),
        "many ends: add": (lambda: w.his.books.add(w.other), AccessDenied),
        "many ends: remove": (lambda: w.hers.previous.remove(_moved(w)), AccessDenied),
        "many ends: set": (lambda: w.his.books.set([w.other]), AccessDenied),
        "many-to-many: add": (lambda: w.other.readers.add(w.spare), AccessDenied),
        "many-to-many: add what may not be read": (lambda: w.lent.readers.add(w.hers), DeletedPeer),
        "many-to-many: set": (lambda: w.other.readers.set([]), AccessDenied),
        "many-to-many: remove": (lambda: w.other.readers.remove(w.his), AccessDenied),
        "many-to-many: clear": (lambda: w.other.readers.clear(), AccessDenied),
        "many-to-many, backward: add": (lambda: w.spare.lent.add(w.other), AccessDenied),
        "many-to-many, backward: remove": (lambda: w.his.lent.remove(w.other), AccessDenied),
        "many-to-many, backward: clear": (lambda: w.his.lent.clear(), AccessDenied),
        "many-to-many, backward: set": (lambda: w.spare.lent.set([w.own, w.other]), AccessDenied),
        "resync": (lambda: w.other.resync(), AccessDenied),
        "users: save": (lambda: _saved(w.ann, firstname="A"), AccessDenied),
        "users: create": (lambda: User.objects.create_user("new@x"), AccessDenied),
        "users: bulk_create": (lambda: User.objects.bulk_create([User(email="new@x")]), AccessDenied),
        "users: bulk_update": (lambda: User.objects.bulk_update([_changed(w.ann, email="z@x")], ["email"]), AccessDenied),
        "users: delete": (lambda: w.ann.delete(), AccessDenied),
        "delete": (lambda: w.other.delete(), AccessDenied),
        "delete of a list": (lambda: m.Shelf.objects.all().delete(), AccessDenied),
        "delete with what goes along": (lambda: w.his.delete(), AccessDenied),
        "rows": (lambda: m.Book.objects.all()._raw_delete("default"), NotSupportedError),
    }  # fmt: skip


def _changed(one: Any, **values: Any) -> Any:
    for name, value in (values or {"name": "new"}).items():
        setattr(one, name, value)
    return one


def _saved(one: Any, **values: Any) -> None:
    _changed(one, **values).save()


def _moved(world: World) -> Any:
    """Return a shelf that has become Ann's."""
    with unrestricted():
        _saved(world.his, keeper=world.ann)
    return world.his


def _all_rows() -> list[Any]:
    tables = ("book", "book_readers", "shelf", "shelf_labels")
    with connection.cursor() as cursor:
        found = [cursor.execute(f"SELECT * FROM policyservice_{t}").fetchall() for t in tables]  # noqa: S608 - ours
        return [*found, cursor.execute("SELECT id, email FROM xgen_core_user").fetchall()]


@pytest.mark.parametrize("path", writes(NOBODY))
def test_writes_are_refused_as_a_whole(world: World, path: str) -> None:
    write, error = writes(world)[path]
    if "remove" in path and "many ends" in path:
        _moved(world)
    before = _all_rows()
    with acting_as(world.bob), pytest.raises(error), transaction.atomic():
        write()
    assert _all_rows() == before


def test_nobody_joins_or_leaves_by_changing_a_link(world: World) -> None:
    club = m.Club.objects.create(name="club")
    with acting_as(world.bob), pytest.raises(AccessDenied):
        club.members.add(world.bob)  # as it is stored, it is not his to change
    club.members.add(world.bob)
    with acting_as(world.bob):
        club.members.set([world.bob])
        with pytest.raises(AccessDenied):
            club.members.clear()  # as it would be, it is not his either
    assert list(club.members.all()) == [world.bob]


def test_lists_write_only_what_is_in_them(world: World) -> None:
    before = m.Book.objects.get(name="her book").generation
    with acting_as(world.bob):
        assert m.Book.objects.all().resync() == 2
        assert User.objects.update(firstname="B") == 1
        world.own.readers.set([])  # what he may not see stays
    assert names(world.own.readers.all()) == ["hers"]
    assert m.Book.objects.get(name="her book").generation == before


def _promotions(me: User) -> dict[str, Callable[[], object]]:
    return {
        "save": lambda: _saved(me, is_admin=True),
        "update": lambda: User.objects.filter(pk=me.pk).update(is_superuser=True),
        "bulk_update": lambda: User.objects.bulk_update(
            [_changed(me, is_staff=True)], ["is_staff"]
        ),
        "home": lambda: _saved(me, site_type="policyservice.Shelf", site_id=1),
    }


@pytest.mark.parametrize("path", _promotions(cast("User", None)))
def test_nobody_gives_rights_to_himself(world: World, path: str) -> None:
    with acting_as(world.bob), pytest.raises(AccessDenied, match="only administrators give rights"):
        _promotions(world.bob)[path]()
    world.bob.refresh_from_db()
    assert not any(
        (world.bob.is_admin, world.bob.is_superuser, world.bob.is_staff, world.bob.site_id)
    )


def test_administrators_give_rights(world: World) -> None:
    with acting_as(world.root):
        _saved(world.ann, is_admin=True)
        assert User.objects.filter(pk=world.bob.pk).update(is_staff=True) == 1
    world.ann.refresh_from_db()
    assert world.ann.is_admin


def test_a_deletion_names_what_would_go_along(world: World) -> None:
    with acting_as(world.bob), pytest.raises(AccessDenied) as caught:
        world.his.delete()
    # by its number: he may not read it
    assert (
        str(caught.value)
        == f"bob@x may not change Book #{world.other.pk}: policy owner_rule does not allow it"
    )
    world.other.owned_by = world.bob
    world.other.save()
    with acting_as(world.bob):
        assert world.his.delete()[0] == 3
    assert names(m.Book.objects.all()) == ["lent"]


def test_a_policy_sees_the_objects_that_would_go_along(world: World) -> None:
    """All are asked about as they are before any of them goes."""
    world.other.delete()
    with acting_as(world.root):
        assert world.his.delete()[0] == 2


# Validators see changes of many-to-many links


def links(w: World) -> dict[str, tuple[Callable[[], Any], str]]:
    return {
        "add": (lambda: w.his.labels.add(w.secret), "his tells a secret"),
        "set": (lambda: w.his.labels.set([w.secret]), "his tells a secret"),
        "set to nothing": (lambda: w.his.labels.set([]), "his has no label"),
        "remove": (lambda: w.his.labels.remove(w.label), "his has no label"),
        "clear": (lambda: w.his.labels.clear(), "his has no label"),
        "create": (lambda: w.secret.delete() and w.his.labels.create(name="secret"), "tells a secret"),
        "backward: add": (lambda: w.secret.shelves.add(w.his), "his tells a secret"),
        "backward: set": (lambda: w.label.shelves.set([]), "his has no label"),
        "backward: remove": (lambda: w.label.shelves.remove(w.his), "his has no label"),
        "backward: clear": (lambda: w.label.shelves.clear(), "his has no label"),
    }  # fmt: skip


@pytest.mark.parametrize("path", links(NOBODY))
def test_validators_look_at_links(world: World, path: str) -> None:
    write, text = links(world)[path]
    world.his.labels.add(world.label)
    _saved(world.his, draft=False)
    before = _all_rows()
    with transaction.atomic():  # one that goes on
        with pytest.raises(ValidationError, match=text):
            write()
        assert names(world.his.labels.all()) == ["good"]
    assert _all_rows() == before


def test_only_what_comes_of_a_set_has_to_be_valid(world: World) -> None:
    """``set`` takes the old away before it adds the new."""
    world.his.labels.add(world.label)
    _saved(world.his, draft=False)
    better = m.Label.objects.create(name="better")
    world.his.labels.set([better])
    assert names(world.his.labels.all()) == ["better"]
    with acting_as(world.bob):
        world.his.labels.set(iter([world.label]))
    assert names(world.his.labels.all()) == ["good"]


# What the documentation says


def test_the_runtime_goes_around_in_one_way_only() -> None:
    """``plain.stored`` and ``queries.all_rows`` are what to look for; all else is restricted."""
    asks = re.compile(r"\b(_base_manager|_default_manager|all_objects)\b")
    may = {
        "models.py": "declares it",
        "queries.py": "likewise",
        "objects.py": "what operators list",
        "testing.py": "what authors assert",
        "migrations.py": "models of the past",
    }
    found = {
        path.name
        for path in (ROOT / "xgen/runtime").rglob("*.py")
        if "migrations" not in path.parts and asks.search(path.read_text("utf-8"))
    }
    assert found <= may.keys()
