"""The engine's reads and claims: what is due, how objects stand, who works on them.

Together with ``results.py`` (which writes how runs ended) and ``edges.py`` (which finds peers)
the only module of the engine with queries. All of them are over sets; none is for one object.

Within the engine an object is an integer, its *key*: its id and the table with its counters.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import F, FloatField, Q

from xgen.runtime import pauses
from xgen.runtime.byids import ByIds, Late, chunks
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.links import family
from xgen.runtime.outcome import NOT_IMPLEMENTED
from xgen.runtime.queries import all_rows
from xgen.runtime.reconcile import Action, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from xgen.runtime.models import Object
    from xgen.runtime.pauses import Pauses
    from xgen.runtime.queries import ObjectQuerySet
    from xgen.runtime.registry import Registry, Work

COLUMNS = Row._fields[1:-1]
# Times are compared for who goes first only; what is due, counters decide.
_CHANGED = Q(enacted=None) | Q(enacted__lt=F("updated")) | Q(enacted__lt=F("changed_by_policy"))
BEHIND = Q(enacted_generation__lt=F("generation"))
_POLICY_BEHIND = Q(policed_revision__lt=F("revision"))


class Claimed(NamedTuple):
    """An object that was loaded in the transaction that claimed it."""

    key: int
    obj: Object


class Store:
    """What the engine knows of the database."""

    def __init__(self, registry: Registry, owner: str, using: str = DEFAULT_DB_ALIAS) -> None:
        self.registry = registry
        self.owner = owner
        self.using = using
        found = [model for model in apps.get_models() if is_object(model)]
        self.roots = tuple(dict.fromkeys(shape_of(model).root for model in found))
        self.index = {root: at for at, root in enumerate(self.roots)}
        self._data_version: object = None
        self._queries: dict[tuple[int, Q | None], ByIds] = {}
        self._claims: dict[tuple[type[Object], str | None], ByIds] = {}

    # Keys

    def key(self, root: int, pk: int) -> int:
        """Return the key of an object by the number of its root and its id."""
        return pk * len(self.roots) + root

    def key_of(self, o: Object) -> int:
        """Return the key of an object at hand."""
        return self.key(self.index[shape_of(type(o)).root], o.pk)

    def split(self, key: int) -> tuple[int, int]:
        """Return the number of the root and the id."""
        pk, root = divmod(key, len(self.roots))
        return root, pk

    def by_root(self, keys: Iterable[int]) -> dict[int, list[int]]:
        """Return the ids of ``keys``, by root."""
        parts: dict[int, list[int]] = {}
        for key in keys:
            root, pk = self.split(key)
            parts.setdefault(root, []).append(pk)
        return parts

    def work_of(self, row: Row) -> Work | None:
        """Return what there is to do for an object; None if others look after it."""
        return self.registry.work.get(row.leaf_model_name)

    def name(self, key: int, row: Row | None = None) -> str:
        """Return how people call an object: ``Color 7``."""
        root, pk = self.split(key)
        label = row.leaf_model_name if row else self.roots[root]._meta.label
        return f"{label.rpartition('.')[2]} {pk}"

    # What is due

    def due(self) -> Iterator[Row]:
        """Yield all objects that a step or a policy has to look at, some twice."""
        for root, (sql, params) in self._scans:
            yield from self._fetch(root, sql, params)

    def rows(self, root: int, ids: Iterable[int], condition: Q | None = None) -> Iterator[Row]:
        """Yield how the objects with these ids stand, those that fulfil ``condition``."""
        query = self._queries.get((root, condition))
        if query is None:
            rows = self._rows(root) if condition is None else self._rows(root).filter(condition)
            query = ByIds(lambda some: _states(rows.filter(pk__in=some)), self.using)
            self._queries[root, condition] = query
        return (Row(root, *values) for values in query.fetch(ids))

    def rows_of(self, keys: Iterable[int]) -> Iterator[Row]:
        """Yield how objects stand; those whose rows are gone are missing."""
        for root, ids in self.by_root(keys).items():
            yield from self.rows(root, ids)

    def behind(self, root: int, ids: Iterable[int]) -> Iterator[Row]:
        """Yield those of these objects whose back-end is behind."""
        return self.rows(root, ids, BEHIND)

    def texts(self, root: int, ids: Iterable[int]) -> Iterator[tuple[int, str, str | None]]:
        """Yield what objects say about themselves, as (id, status, policy's status)."""
        for part in chunks(ids):
            found = self._rows(root).filter(pk__in=part)
            yield from found.values_list("pk", "backend_status", "policy_status")

    def all_behind(self, model: type[Object]) -> Iterator[Row]:
        """Yield all objects of a model whose back-end is behind."""
        root = self.index[shape_of(model).root]
        works = self.registry.work.values()
        labels = [w.model._meta.label for w in works if issubclass(w.model, model)]
        return self._read(root, self._rows(root).filter(BEHIND, leaf_model_name__in=labels))

    def question(self, labels: Mapping[int, Sequence[str]], condition: Q) -> Callable[[], bool]:
        """Return a function that says whether there is an object of these models, by root.

        The query is made once: it is asked often, and asking costs less than making it.
        """
        parts: list[str] = []
        params: list[Any] = []
        for root, names in labels.items():
            rows = self._rows(root).filter(condition, leaf_model_name__in=names)
            sql, values = rows.values_list("pk").query.get_compiler(using=self.using).as_sql()
            parts.append(f"EXISTS ({sql})")
            params += values

        def ask() -> bool:
            with connections[self.using].cursor() as cursor:
                cursor.execute(f"SELECT {' OR '.join(parts)}", params)
                return bool(cursor.fetchone()[0])

        return ask if parts else lambda: False

    def changed_elsewhere(self) -> bool:
        """Say whether another connection may have committed since the last call.

        SQLite counts commits, so an idle synchronizer need not look at its tables.
        """
        connection = connections[self.using]
        if connection.vendor != "sqlite":
            return True
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            # The counter is the connection's own: after a reconnect it says nothing.
            version = (id(connection.connection), cursor.fetchone()[0])
        changed = version != self._data_version
        self._data_version = version
        return changed

    def pauses(self) -> Pauses:
        """Return what operators want to be left alone."""
        return pauses.read(self.registry.package, self.using)

    # Claims

    def claim(
        self,
        action: Action,
        work: Work,
        ids: Sequence[int],
        *,
        until: float,
        now: float,
        dead: Collection[str] = (),
    ) -> list[Claimed]:
        """Claim objects of one model for one action and load them as they are at that moment.

        Objects that somebody else holds are missing from the answer. That a step or policy has
        been started is stored with the claim: what it did must be taken back even if it dies.
        """
        root = shape_of(work.model).root
        mark = None
        if action is Action.SYNC and work.step is not None:
            mark = "backend_need_delete"
        elif action is Action.POLICY:
            mark = "backend_need_delete_policy"
        take = self._claim(root, mark, dead)
        kind = work.policy if action is Action.POLICY else work.step
        links = kind.select_related if kind is not None else ()
        found: list[Object] = []
        with transaction.atomic(using=self.using):
            take.update(ids, until=until, now=now)
            for part in chunks(ids):
                mine = all_rows(work.model, self.using).filter(pk__in=part)
                mine = mine.filter(claim_owner=self.owner)
                found.extend(mine.select_related(*links) if links else mine)
        number = self.index[root]
        return [Claimed(self.key(number, o.pk), o) for o in found]

    def _claim(self, root: type[Object], mark: str | None, dead: Collection[str]) -> ByIds:
        """Return the update that claims what nobody holds; ``mark`` is a column to set."""
        known = self._claims.get((root, mark))
        if known is not None and not dead:
            return known
        moves: dict[str, Any] = {
            "claim_owner": self.owner,
            "claim_token": F("claim_token") + 1,
            "claim_expires": Late("until", FloatField()),
            **({mark: True} if mark else {}),
        }
        free = Q(claim_owner=None) | Q(claim_expires__lte=Late("now", FloatField()))
        free |= Q(claim_owner__in=[self.owner, *dead])
        rows = all_rows(root, self.using).filter(free)
        made = ByIds(lambda ids: rows.filter(pk__in=ids), self.using, moves)
        if not dead:  # others die one after the other; what is made for them is not kept
            self._claims[root, mark] = made
        return made

    def renew(self, keys: Iterable[int], until: float) -> None:
        """Keep the claims on ``keys``."""
        self._update_mine(keys, claim_expires=until)

    def release(self, keys: Iterable[int]) -> None:
        """Give claims up."""
        self._update_mine(keys, claim_owner=None, claim_expires=None)

    def row_of(self, key: int, o: Object) -> Row:
        """Return the state of a loaded object, without why it is due: it is about to start."""
        held = o.__dict__
        return Row(self.split(key)[0], o.pk, *[held[name] for name in COLUMNS[1:]])

    # Operators' and owners' resets

    def retry(self, model: type[Object], ids: Iterable[int] | None = None) -> int:
        """Let objects be tried at once; return how many were waiting."""
        root = shape_of(model).root
        waiting = all_rows(root, self.using).filter(
            Q(sync_attempts__gt=0)
            | Q(policy_attempts__gt=0)
            | Q(sync_retry_at__isnull=False)
            | Q(policy_retry_at__isnull=False)
        )
        resets = {
            "sync_attempts": 0,
            "sync_retry_at": None,
            "policy_attempts": 0,
            "policy_retry_at": None,
        }
        if ids is None:
            labels = [m._meta.label for m in apps.get_models() if issubclass(m, model)]
            return waiting.filter(leaf_model_name__in=labels).plain_update(resets)
        return sum(waiting.filter(pk__in=part).plain_update(resets) for part in chunks(ids))

    def retry_not_implemented(self) -> None:
        """Give those another chance whose step or policy was not written: it may be there now."""
        by_root: dict[type[Object], list[str]] = {}
        for work in self.registry.work.values():
            if not work.adopted:
                labels = by_root.setdefault(shape_of(work.model).root, [])
                labels.append(work.model._meta.label)
        with transaction.atomic(using=self.using):
            for root, labels in by_root.items():
                rows = all_rows(root, self.using).filter(leaf_model_name__in=labels)
                steps = rows.filter(BEHIND, sync_attempts__gt=0, sync_retry_at=None)
                steps = steps.filter(backend_status__startswith=NOT_IMPLEMENTED)
                steps.plain_update({"sync_attempts": 0})
                policies = rows.filter(_POLICY_BEHIND, policy_attempts__gt=0, policy_retry_at=None)
                policies = policies.filter(policy_status__startswith=NOT_IMPLEMENTED)
                policies.plain_update({"policy_attempts": 0})

    # How it is done

    @cached_property
    def _scans(self) -> list[tuple[int, tuple[str, tuple[Any, ...]]]]:
        """The queries of a scan; making them costs more than running them."""
        return [
            (root, self._sql(self._rows(root).filter(condition)))
            for root, condition in self._scans_of(self.registry)
        ]

    def _scans_of(self, registry: Registry) -> Iterator[tuple[int, Q]]:
        """Yield the conditions that find what is due; each has an index of its own."""
        for root in registry.roots:
            works = [w for w in registry.work.values() if shape_of(w.model).root is root]
            whole = Q()
            if set(family(root)) != {w.model for w in works}:
                whole = Q(leaf_model_name__in=[w.model._meta.label for w in works])
            adopted = [w.model._meta.label for w in works if w.adopted]
            if adopted:
                # Nobody's in particular: these are only taken away, and only if never touched.
                whole &= ~Q(leaf_model_name__in=adopted) | Q(
                    deleted=True, backend_need_delete=False, backend_need_delete_policy=False
                )
            yield self.index[root], BEHIND & whole
            policed = [w.model._meta.label for w in works if w.policy is not None]
            if policed:
                yield self.index[root], _POLICY_BEHIND & Q(leaf_model_name__in=policed)

    def _rows(self, root: int) -> ObjectQuerySet[Object]:
        return all_rows(self.roots[root], self.using).order_by()

    def _read(self, root: int, rows: ObjectQuerySet[Object]) -> Iterator[Row]:
        """Read rows without Django's converters, which cost more than the query."""
        return self._fetch(root, *self._sql(rows))

    def _sql(self, rows: ObjectQuerySet[Object]) -> tuple[str, tuple[Any, ...]]:
        sql, params = _states(rows).query.get_compiler(using=self.using).as_sql()
        return sql, tuple(params)

    def _fetch(self, root: int, sql: str, params: tuple[Any, ...]) -> Iterator[Row]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, params)
            while some := cursor.fetchmany(1000):
                for values in some:
                    yield Row(root, *values)

    def _update_mine(self, keys: Iterable[int], **moves: Any) -> None:
        with transaction.atomic(using=self.using):
            for root, ids in self.by_root(keys).items():
                for part in chunks(ids):
                    rows = self._rows(root).filter(pk__in=part, claim_owner=self.owner)
                    rows.plain_update(moves)


def _states(rows: ObjectQuerySet[Object]) -> QuerySet[Any]:
    """Return what a ``Row`` holds of these objects."""
    return rows.annotate(changed=_CHANGED).values_list(*COLUMNS, "changed")
