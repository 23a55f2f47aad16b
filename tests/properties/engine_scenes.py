"""What random events seldom come upon: short scenes, each of which puts one promise to the test.

Each of them leaves the world such that it can settle, and can be played in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.properties.test_engine_machine import Busy

__all__ = ["SCENES"]


def _calm(w: Busy) -> None:
    """End all trouble and let everything be done that can be."""
    for each in (w.broken, w.meanwhile, w.then, w.replica_in, w.deferring):
        each.clear()
    for _ in range(2):
        w.clock.now += 1000
        w.sync.run(once=True)
    w.replicas = False  # what another process found out is in the database by now


def _palettes(w: Busy, count: int, **fields: Any) -> list[Any]:
    """Make palettes, all of them synced; return them as they are then."""
    made = [w.m.Palette.objects.create(name=w.name(), **fields) for _ in range(count)]
    _calm(w)
    return _again(w, made)


def _again(w: Busy, objects: list[Any]) -> list[Any]:
    return list(w.m.Palette.objects.filter(pk__in=[o.pk for o in objects]).order_by("pk"))


def _color(w: Busy, number: int) -> Any:
    """Return a colour that palettes do not use yet, and nobody else deletes."""
    del number
    return w.m.Color.objects.create(name=w.name(), html_code="#000")


def _expect_synced(w: Busy, objects: list[Any], what: str) -> None:
    for o in _again(w, objects):
        w.expect(o.enacted_generation == o.generation, f"{o.pk} is not in sync: {what}")


def cut(w: Busy, number: int) -> None:
    """A colour is taken from a palette that cannot be synced, and deleted."""
    color = _color(w, number)
    (palette,) = _palettes(w, 1)
    palette.colors.add(color)
    _calm(w)
    (palette.colors.remove if number % 2 else color.palettes.remove)(
        color if number % 2 else palette
    )
    w.broken.add(("sync", palette.pk % 6))
    w.m.Color.objects.get(pk=color.pk).delete()
    w.sync.run(once=True)
    w.restart()
    w.clock.now += 100
    w.sync.run(once=True)
    _calm(w)
    w.expect(("Color", color.pk) not in w.there, f"colour {color.pk} was never let go of")


def cut_meanwhile(w: Busy, number: int) -> None:
    """The same, by a user, while a run is under way that has seen the colour."""
    color = _color(w, number)
    (palette,) = _palettes(w, 1)
    palette.colors.add(color)
    _calm(w)

    def then() -> None:
        palette.colors.remove(color)
        w.m.Color.objects.get(pk=color.pk).delete()
        w.broken.add(("sync", palette.pk % 6))

    w.then[palette.pk] = then
    palette.resync()
    w.sync.run(once=True)
    w.clock.now += 100
    w.sync.run(once=True)


def cut_parent(w: Busy, number: int) -> None:
    """A palette is made from another one no more; that is deleted, and perhaps both."""
    parent, child = _palettes(w, 2)
    child.parent = parent
    child.save()
    _calm(w)
    child = w.m.Palette.objects.get(pk=child.pk)
    child.parent = None
    child.save()
    w.broken |= {("sync", child.pk % 6), ("delete", child.pk % 6)}
    w.m.Palette.objects.get(pk=parent.pk).delete()
    if number % 2:
        w.m.Palette.objects.get(pk=child.pk).delete()
    w.sync.run(once=True)


def delete_both(w: Busy, _: int) -> None:
    """What stands on another one cannot be taken away."""
    parent, child = _palettes(w, 2)
    child.parent = parent
    child.save()
    _calm(w)
    w.broken.add(("delete", child.pk % 6))
    for o in (child, parent):
        w.m.Palette.objects.get(pk=o.pk).delete()
    w.sync.run(once=True)
    w.clock.now += 100
    w.sync.run(once=True)


def through_a_clean_one(w: Busy, number: int) -> None:
    """A palette waits for the colour of the one that it was made from."""
    color = _color(w, number)
    parent, child = _palettes(w, 2)
    parent.colors.add(color)
    child.parent = parent
    child.save()
    _calm(w)
    w.broken.add(("sync", color.pk % 6))
    color = w.m.Color.objects.get(pk=color.pk)
    color.name = w.name()
    child = w.m.Palette.objects.get(pk=child.pk)
    child.name = w.name()
    for o in (child, color) if number % 2 else (color, child):
        o.save()
    w.sync.run(once=True)


def two_at_once(w: Busy, _: int) -> None:
    """Another process looks for work while this one is inside a step."""
    palettes = _palettes(w, 2)
    w.replica_in.add(palettes[0].pk)
    for palette in palettes:
        palette.resync()
    w.sync.run(once=True)


def die(w: Busy, number: int) -> None:
    """A process dies with claims; when these have expired another one takes over."""
    palettes = _palettes(w, 3)
    for palette in palettes:
        palette.resync()
    w.crash(number % 3)
    w.sync.run(once=True)
    _expect_synced(w, palettes, "nobody took over from a process that died")


def change_meanwhile(w: Busy, _: int) -> None:
    """A user changes what is being synced at this moment."""
    (palette,) = _palettes(w, 1)

    def then() -> None:
        o = w.m.Palette.objects.get(pk=palette.pk)
        o.name = w.name()
        o.save()

    w.then[palette.pk] = then
    palette.resync()
    w.sync.run(once=True)


def change_below(w: Busy, number: int) -> None:
    """A colour changes, and with it what is told of its palettes."""
    color = _color(w, number)
    (palette,) = _palettes(w, 1)
    palette.colors.add(color)
    _calm(w)
    color = w.m.Color.objects.get(pk=color.pk)
    color.name = w.name()
    color.save()
    w.sync.run(once=True)


def back_end_away(w: Busy, number: int) -> None:
    """All runs fail at a back-end, which is then there again."""
    from xgen.runtime import breakers

    palettes = _palettes(w, 6)
    w.broken |= {("sync", each) for each in range(6)}
    for palette in palettes:
        palette.resync()
    w.sync.run(once=True)
    w.expect(bool(breakers.read("sampleservice")), "no breaker opened")
    w.broken.clear()
    if number % 2:
        w.restart()
    w.clock.now += 3
    w.sync.run(once=True)
    w.clock.run(w.sync, 60)
    _expect_synced(w, palettes, "its breaker never closed")
    w.expect(not breakers.read("sampleservice"), "a breaker stayed open")


def one_fails(w: Busy, _: int) -> None:
    """One object fails at a back-end with room for one; the others get their turn."""
    palettes = [p for p in _palettes(w, 6) if p.pk % 2 == 0]
    w.broken.add(("sync", palettes[0].pk % 6))
    for palette in palettes:
        palette.resync()
    w.sync.run(once=True)
    _expect_synced(w, palettes[1:], "a failure kept its place at the limit")


def not_yet(w: Busy, _: int) -> None:
    """More objects are deferred than there are workers."""
    palettes = [p for p in _palettes(w, 8) if p.pk % 2]
    w.deferring |= {p.pk for p in palettes[:3]}
    for palette in palettes:
        palette.resync()
    before = len(w.backend.calls)
    w.sync.run(once=True)
    _expect_synced(w, palettes[3:], "deferred objects held the workers")
    w.clock.now += w.defer_seconds - 1
    w.sync.run(once=True)
    tried = [pk for _, _, pk in w.backend.calls[before:] if pk in w.deferring]
    w.expect(len(tried) == len(set(tried)) == 3, f"deferred too often or too seldom: {tried}")
    w.deferring.clear()
    w.clock.now += 1
    w.sync.run(once=True)
    _expect_synced(w, palettes, "a deferral never ended")


def leave_alone(w: Busy, number: int) -> None:
    """An operator pauses everything for a while."""
    from xgen.runtime import operations

    (palette,) = _palettes(w, 1)
    for is_resumed in (number % 2, not number % 2):
        by = operations.By(who="ann", now=w.clock.now, why="lunch")
        w.paused_until = w.clock.now + 50
        operations.pause("sampleservice", None, by, w.paused_until)
        palette.resync()
        if is_resumed:
            w.clock.at.append((w.clock.now + 20, lambda by=by: _resume(w, by)))
        w.clock.run(w.sync, 30 if is_resumed else 60)
        _expect_synced(w, [palette], "a pause never ended")


def _resume(w: Busy, by: Any) -> None:
    from xgen.runtime import operations

    w.paused_until = 0.0
    operations.resume("sampleservice", None, by)


def restart_in_a_backoff(w: Busy, _: int) -> None:
    """A restart does not make a failed object's waiting shorter."""
    (palette,) = _palettes(w, 1)
    w.broken.add(("sync", palette.pk % 6))
    palette.resync()
    w.sync.run(once=True)
    before = w.backend.calls.count(("sync", "Palette", palette.pk))
    w.restart()
    w.sync.run(once=True)
    after = w.backend.calls.count(("sync", "Palette", palette.pk))
    w.expect(before == after, f"{palette.pk} was tried before its time")


SCENES = (
    *(cut, cut_meanwhile, cut_parent, delete_both, through_a_clean_one, two_at_once, die),
    *(change_meanwhile, change_below, back_end_away, one_fails, not_yet, leave_alone),
    restart_in_a_backoff,
)
