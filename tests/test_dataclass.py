"""Our data classes mean what those of the standard library mean."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from xgen.dataclass import FrozenInstanceError, dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 2
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    name: str
    things: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Deep(Point):
    z: int = 3


@dataclass(slots=True)
class Open:
    count: int = 0


@dataclass(slots=True, eq=False)
class Itself:
    count: int = 0


def test_construction() -> None:
    assert (Point(1).x, Point(1).y, Point(1, 5).y) == (1, 2, 5)
    assert Deep(1, z=4).z == 4
    assert Box(name="a").things == []
    assert Box(name="a").things is not Box(name="a").things


def test_the_first_objects_are_as_the_later_ones() -> None:
    @dataclass(frozen=True, slots=True)
    class Fresh(Point):
        things: list[int] = field(default_factory=list)

        def __post_init__(self) -> None:
            self.things.append(self.x)

    class Below(Fresh):
        pass

    made = [kind(n, note="a") for n in range(8) for kind in (Fresh, Below)]
    assert [(o.x, o.y, o.note, o.things) for o in made[::2]] == [(n, 2, "a", [n]) for n in range(8)]
    assert [o.things for o in made[1::2]] == [[n] for n in range(8)]


@pytest.mark.parametrize("wrong", [Point, lambda: Box("a"), lambda: Point(1, w=1)])
def test_wrong_arguments(wrong: Any) -> None:
    with pytest.raises(TypeError):
        wrong()


def test_equality_and_hash() -> None:
    assert Point(1, note="a") == Point(1, note="b")
    assert hash(Point(1, note="a")) == hash(Point(1, note="b"))
    assert Point(1) != Point(2)
    assert Point(1) != Deep(1)
    assert Point(1) != (1, 2)
    assert Open(1) == Open(1)
    with pytest.raises(TypeError):
        hash(Open(1))
    assert Itself(1) != Itself(1)
    assert len({Itself(1), Itself(1)}) == 2


def test_frozen() -> None:
    point: Any = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2
    with pytest.raises(FrozenInstanceError):
        del point.x
    opened = Open()
    opened.count = 4
    assert opened.count == 4


def test_slots() -> None:
    opened: Any = Open()
    with pytest.raises(AttributeError):
        opened.other = 1
    assert not hasattr(Deep(1), "__dict__")


def test_repr() -> None:
    assert repr(Deep(1, note="hidden")) == "Deep(x=1, y=2, z=3)"


def test_replace_and_pickle() -> None:
    assert replace(Point(1), y=9) == Point(1, 9)
    assert replace(Box(name="a"), name="b").name == "b"
    assert pickle.loads(pickle.dumps(Deep(1, 2, "n", 4))).note == "n"


def test_match() -> None:
    match Point(1, 7):
        case Point(x, y):
            assert (x, y) == (1, 7)
