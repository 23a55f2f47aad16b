"""Which models have a new name: one rule, whoever asks."""

from __future__ import annotations

import pytest

from xgen.renamed import renamed, signature
from xgen.rendered import ModelMark

A, B = signature([(1, "a")]), signature([(2, "b")])


def test_a_signature_is_numbers_and_names_in_any_order() -> None:
    assert signature([]) == ""
    assert signature([(2, "b"), (1, "a")]) == signature([(1, "a"), (2, "b")])
    assert len({A, B, signature([(1, "b")]), signature([(2, "a")])}) == 4


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ({"Old": A}, [("New", A, None)], {"Old": "New"}),
        ({"Old": A}, [("Old", A, None), ("New", A, None)], {}),
        ({"Old": A}, [("New", B, None)], {}),
        ({"Old": ""}, [("New", "", None)], {}),
        # Two that could be it are none.
        ({"Old": A}, [("New", A, None), ("Newer", A, None)], {}),
        ({"Old": A, "Older": A}, [("New", A, None)], {}),
        # A word of the model's counts more than its fields.
        ({"Old": A}, [("New", B, "Old")], {"Old": "New"}),
        ({"Old": A}, [("New", B, "p.old")], {"Old": "New"}),
        ({"p.Old": A}, [("p.New", B, "Old")], {"p.Old": "p.New"}),
        ({"Old": A}, [("Same", A, None), ("New", B, "Old")], {"Old": "New"}),
        ({"Old": A}, [("New", A, "")], {}),
        ({"Old": A}, [("New", A, "Other")], {}),
        ({"Old": A, "Older": A}, [("New", B, "Old"), ("Newer", A, None)], {"Old": "New", "Older": "Newer"}),
        # It may stay after it was heeded, and names nothing then.
        ({"New": A, "Old": B}, [("New", A, "Old"), ("Newest", B, None)], {"Old": "Newest"}),
        ({"Old": A}, [("Old", A, None), ("New", A, "Old")], {}),
        # Only the case is another: tables do not know it.
        ({"Old": A}, [("OLD", B, None)], {"Old": "OLD"}),
        ({"Old": A}, [("OLD", B, None), ("New", A, "Old")], {"Old": "OLD"}),
    ],
)  # fmt: skip
def test_the_rule(
    before: dict[str, str], now: list[tuple[str, str, str | None]], found: dict[str, str]
) -> None:
    assert renamed(before, [ModelMark(*mark) for mark in now]) == found


def test_what_is_lost_is_no_other_model_unless_that_says_so() -> None:
    assert renamed({"Old": A}, [ModelMark("New", A)], ["Old"]) == {}
    assert renamed({"Old": A}, [ModelMark("New", A, "Old")], ["Old"]) == {"Old": "New"}
