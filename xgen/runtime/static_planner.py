"""Plans by a fixed schedule: asks whether anything of earlier waves is left, not what links to it.

One question a batch of objects, answered from the indexes of what is due. Only when the answer is
yes (something failed, is paused, or was changed a moment ago) links are looked up, for this batch.
So what is synced, and in which order, is the same as without a schedule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from xgen.runtime import edges
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.planner import DELETED, Planner
from xgen.runtime.store import BEHIND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import Model

    from xgen.runtime.models import Object
    from xgen.runtime.planner import Plan
    from xgen.runtime.reconcile import Row
    from xgen.runtime.store import Store

_CONCERNED = Q(deleted=False, no_sync=False)


class StaticPlanner(Planner):
    """A planner for a package with a schedule that holds."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._models = [model for model in apps.get_models() if is_object(model)]
        self._questions: dict[tuple[bool, frozenset[str]], Callable[[], bool]] = {}

    def _plan_live(self, live: dict[int, Row], plan: Plan) -> None:
        if self._is_any_left(live.values(), deleted=False):
            super()._plan_live(live, plan)

    def _plan_going(self, going: dict[int, Row], plan: Plan) -> None:
        if self._is_any_left(going.values(), deleted=True):
            super()._plan_going(going, plan)

    def _is_any_left(self, rows: Iterable[Row], *, deleted: bool) -> bool:
        """Say whether there is any object that one of these may have to wait for."""
        leaves = frozenset(row.leaf_model_name for row in rows)
        question = self._questions.get((deleted, leaves))
        if question is None:
            firsts = self._holding(leaves) if deleted else self._before(leaves)
            condition = BEHIND & (DELETED if deleted else _CONCERNED)
            question = self.store.question(self._by_root(firsts), condition)
            self._questions[deleted, leaves] = question
        return question()

    def _before(self, leaves: Iterable[str]) -> set[type[Object]]:
        """Return the models to whose objects edges lead, through others too."""
        found: set[type[Object]] = set()
        todo = [self.work[leaf].model for leaf in leaves if leaf in self.work]
        while todo:
            for link in self.store.registry.links.of(todo.pop()):
                target = edges.target_of(link)
                ends = self._within(target) if target else set()
                fresh = {end for end in ends - found if not self._is_adopted(end)}
                found |= fresh
                todo.extend(fresh)
        return found

    def _holding(self, leaves: Iterable[str]) -> set[type[Object]]:
        """Return the models whose objects must be gone before those of ``leaves``."""
        found: set[type[Object]] = set()
        for model in [self.work[leaf].model for leaf in leaves if leaf in self.work]:
            for link in self.store.registry.links.to(model):
                found |= self._within(link.model)
            for holder, _, _ in edges.holders(model):
                found |= self._within(holder)
        return found

    def _is_adopted(self, model: type[Object]) -> bool:
        work = self.work.get(model._meta.label)
        return work is not None and work.adopted

    def _within(self, base: type[Model]) -> set[type[Object]]:
        return {model for model in self._models if issubclass(model, base)}

    def _by_root(self, models: Iterable[type[Object]]) -> dict[int, list[str]]:
        """Return the labels of models by the number of their root."""
        found: dict[int, list[str]] = {}
        for model in models:
            root = self.store.index[shape_of(model).root]
            found.setdefault(root, []).append(model._meta.label)
        return {root: sorted(labels) for root, labels in sorted(found.items())}
