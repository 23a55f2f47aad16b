"""Object files: created and updated by natural key, every mistake with its place, all or nothing."""

import pytest

from xgen.runtime import documents

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def apply():
    from xgen.runtime import apply as module

    def run(text, **options):
        return module.apply(documents.parse(text, "x.yaml"), package="sampleservice", **options)

    return run


@pytest.fixture
def model():
    from xgen.runtime.objects import find_model

    return lambda name: find_model(name, "sampleservice")


WHOLE = """\
EmbeddedImage: {name: sun, url: sun.svg, serviceinstance: one}
---
ExampleServiceInstance: {name: one, tenant_message: Hi, foreground_color: red}
---
ExampleService: {name: example, service_message: Welcome}
Color:
  - {name: red, html_code: "#f00"}
  - {name: blue, html_code: "#00f"}
Palette: {name: warm, colors: [red, {name: blue}], parent: base}
---
Palette: {name: base, colors: []}
"""


def actions(result):
    assert [str(problem) for problem in result.problems] == []
    return [(one.model, one.key, one.action, one.fields) for one in result.applied]


def test_a_whole_service_in_any_order(apply, model):
    assert actions(apply(WHOLE)) == [
        ("EmbeddedImage", "sun,one", "created", ()),
        ("ExampleServiceInstance", "one", "created", ()),
        ("ExampleService", "example", "created", ()),
        ("Color", "red", "created", ()),
        ("Color", "blue", "created", ()),
        ("Palette", "warm", "created", ()),
        ("Palette", "base", "created", ()),
    ]
    image = model("EmbeddedImage").objects.get()
    instance = image.serviceinstance
    assert instance.foreground_color.name == "red"
    assert instance.owner.name == "example"
    warm = model("Palette").objects.get(name="warm")
    assert sorted(color.name for color in warm.colors.all()) == ["blue", "red"]
    assert warm.parent.name == "base"


def test_a_second_time_nothing_changes(apply, model):
    apply(WHOLE)
    generation = model("Palette").objects.get(name="warm").generation
    assert {action for _, _, action, _ in actions(apply(WHOLE))} == {"unchanged"}
    assert model("Palette").objects.get(name="warm").generation == generation


def test_only_what_differs_is_updated(apply, model):
    apply(WHOLE)
    result = apply(
        "Color: {name: red, html_code: maroon}\n"
        "Palette: {name: warm, colors: [blue], parent: null}\n"
        "EmbeddedImage: {name: sun, serviceinstance: {name: one}, url: sun.svg}\n"
    )
    assert actions(result) == [
        ("Color", "red", "updated", ("html_code",)),
        ("Palette", "warm", "updated", ("parent", "colors")),
        ("EmbeddedImage", "sun,one", "unchanged", ()),
    ]
    red = model("Color").objects.get(name="red")
    assert (red.html_code, red.generation) == ("maroon", 2)


def test_a_dry_run_writes_nothing(apply, model):
    assert len(actions(apply(WHOLE, dry_run=True))) == 7
    assert model("Color").objects.count() == 0


def test_links_of_a_circle_are_set_last(apply, model):
    text = "Palette:\n  - {name: a, parent: b}\n  - {name: b, parent: a}\n"
    assert [action for _, _, action, _ in actions(apply(text))] == ["created", "created"]
    one, two = model("Palette").objects.order_by("name")
    assert (one.parent_id, two.parent_id) == (two.pk, one.pk)
    assert [action for _, _, action, _ in actions(apply(text))] == ["unchanged", "unchanged"]


def test_an_object_by_its_id(apply, model):
    apply(WHOLE)
    red = model("Color").objects.get(name="red")
    apply(f"Color: {{id: {red.pk}, name: crimson}}")
    red.refresh_from_db()
    assert red.name == "crimson"
    assert str(apply("Color: {id: 999, name: x}").problems[0]) == (
        "x.yaml:1:13: error: there is no Color with id 999"
    )


def test_a_peer_may_be_named_by_its_base(apply, model):
    apply("ExampleService: {name: other, service_message: x}")
    actions(apply(WHOLE.replace("foreground_color: red", "owner: example")))
    assert model("ExampleServiceInstance").objects.get().owner.leaf.service_message == "Welcome"


MISTAKES = [
    ("Colour: {name: x}", "1:1: error: there is no model 'Colour'; did you mean Color?"),
    ("Color: {nam: x}", "1:9: error: Color has no field 'nam'\n  help: did you mean name?"),
    ('Color: {name: 7, html_code: "x"}', '1:15: error: name is a text, this is a whole number\n  help: quote it: "7"'),
    ("Color: {name: no, html_code: x}", '1:15: error: name is a text, this is true or false (as YAML reads it)\n  help: quote it: "no"'),
    ("Color: {name: [a], html_code: x}", "1:15: error: name is a text, this is a list"),
    ('Color: {name: x, html_code: x, no_sync: "true"}', "1:41: error: no_sync is true or false, this is a text\n  help: write true or false, without quotes"),
    ("Color: {name: x, html_code: x, no_sync: 1}", "1:41: error: no_sync is true or false, this is a whole number"),
    ("Color: {name: null, html_code: x}", "1:15: error: name must have a value"),
    ("Color: {name: '', html_code: x}", "1:15: error: name: this field cannot be blank"),
    (f"Color: {{name: x, html_code: {'y' * 300}}}", "1:29: error: html_code: ensure this value has at most 256 characters (it has 300)"),
    ("Color: {name: x}", "1:1: error: Color needs html_code"),
    ("Color: {html_code: x}", "1:1: error: Color is known by name; name is missing"),
    ("Color: {name: x, html_code: x, backend_status: OK}", "1:32: error: backend_status cannot be set: it is feedback state, which comes from the back-end"),
    ("Color: {name: x, html_code: x, generation: 5}", "1:32: error: generation cannot be set: it is the runtime's bookkeeping"),
    ("Color: {name: x, html_code: x, palettes: []}", "1:32: error: palettes is the other side of a link\n  help: set Palette.colors"),
    ("Color: {name: x, html_code: x, id: seven}", "1:36: error: id is a number"),
    ("Palette: {name: p, colors: red}", "1:28: error: colors takes a list"),
    ("Palette: {name: p, colors: [read]}\n---\nColor: {name: red, html_code: x}", "1:29: error: colors: there is no Color read; did you mean 'red'?"),
    ("Palette: {name: p, parent: {nam: q}}", "1:28: error: Palette has no field 'nam'; did you mean name?"),
    ("Palette: {name: p, parent: [q]}", "1:28: error: parent leads to one object, this is a list"),
    ("EmbeddedImage: {name: i, url: u, serviceinstance: null}", "1:51: error: serviceinstance must lead to an object"),
    ("EmbeddedImage: {name: i, url: u, serviceinstance: nope}", "1:51: error: serviceinstance: there is no ExampleServiceInstance nope"),
    ("EmbeddedImage: {name: i, url: u}", "1:1: error: EmbeddedImage is known by name and serviceinstance; serviceinstance is missing"),
    ("ExampleServiceInstance: {name: i, tenant_message: x}", "1:1: error: owner: there is no ExampleService to own it: create one"),
    ("Color: [{name: x, html_code: x}, {name: x, html_code: y}]", "1:34: error: Color x is declared twice\n  help: first at x.yaml:1:9"),
    ("User: {email: a@ex.org, password: x}", "1:25: error: password cannot be set by a file"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), MISTAKES, ids=[text[:40] for text, _ in MISTAKES])
def test_a_mistake_has_its_place_and_a_hint(apply, text, problem):
    result = apply(text)
    assert [str(found) for found in result.problems] == [f"x.yaml:{problem}"]
    assert result.applied == []


def test_all_problems_of_a_run_and_nothing_written(apply, model):
    result = apply(
        "Color: {name: good, html_code: x}\n"
        "---\n"
        "Color: {name: bad}\n"
        "Palette: {name: p, colors: [good, bad, ugly]}\n"
        "Nothing: {}\n"
    )
    assert [str(problem) for problem in result.problems] == [
        "x.yaml:3:1: error: Color needs html_code",
        "x.yaml:4:40: error: colors: there is no Color ugly",
        "x.yaml:5:1: error: there is no model 'Nothing'",
    ]
    assert model("Color").objects.count() == 0


def test_an_ambiguous_link_names_the_candidates(apply, model):
    apply("ExampleService: {name: example, service_message: x}")
    one = "{name: same, tenant_message: x}"
    for _ in range(2):  # the model lets two instances have one name
        model("ExampleServiceInstance").objects.create(name="same", tenant_message="x")
    (problem,) = apply("EmbeddedImage: {name: i, url: u, serviceinstance: same}").problems
    ids = [str(obj.pk) for obj in model("ExampleServiceInstance").objects.order_by("pk")]
    text = "serviceinstance: several objects of ExampleServiceInstance match same (ids"
    assert str(problem) == f"x.yaml:1:51: error: {text} {', '.join(ids)})"
    image = f"EmbeddedImage: {{name: i, url: u, serviceinstance: {{id: {ids[1]}}}}}"
    assert actions(apply(image)) == [("EmbeddedImage", "i,same", "created", ())]
    (problem,) = apply(f"ExampleServiceInstance: {one}").problems
    assert problem.message == "several objects of ExampleServiceInstance have this key; give its id"


def test_parts_of_a_key_single_an_object_out_as_far_as_they_do(apply, model):
    apply(WHOLE + "---\nExampleServiceInstance: {name: two, tenant_message: x}")
    from xgen.runtime.objects import UnknownObjectError, find_object

    image = model("EmbeddedImage")
    assert find_object(image, "sun").url == "sun.svg"
    apply("EmbeddedImage: {name: sun, url: two.svg, serviceinstance: two}")
    assert find_object(image, "sun,two").url == "two.svg"
    with pytest.raises(UnknownObjectError, match="several objects of EmbeddedImage"):
        find_object(image, "sun")
    with pytest.raises(UnknownObjectError, match="there is no Color 'rod'; did you mean 'red'"):
        find_object(model("colors"), "rod")


def test_an_object_that_is_being_deleted_is_in_the_way_or_not(apply, model):
    apply(WHOLE)
    model("Color").objects.get(name="red").delete()
    assert actions(apply('Color: {name: red, html_code: "#e00"}')) == [
        ("Color", "red", "created", ())
    ]


def test_secrets_stay_out_of_problems(apply):
    (problem,) = apply(f"Palette: {{name: p, secret: {'swordfish' * 20}}}").problems
    assert "swordfish" not in str(problem)


def test_deleting_what_files_name(apply, model):
    from xgen.runtime import apply as module

    apply(WHOLE)
    read = documents.parse(
        "Color: {name: blue}\n---\nPalette:\n  - name: warm\n  - name: gone\n", "x"
    )
    result = module.delete(read, package="sampleservice")
    assert [(one.model, one.key, one.action) for one in result.applied] == [
        ("Palette", "warm", "deleted"),
        ("Color", "blue", "deleted"),
    ]
    assert [color.name for color in model("Color").objects.all()] == ["red"]


def test_users_have_an_email_for_a_key(apply):
    assert actions(apply("User: {email: a@example.org, is_admin: true}")) == [
        ("User", "a@example.org", "created", ())
    ]
