"""Templates, options and checkers of xosgenx: all that was possible with it is with xgen."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import inflect
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import golden
from xgen.compat.environment import Names
from xgen.compat.library import FUNCTIONS
from xgen.compat.plural import plural_noun, singular_noun
from xgen.compat.recognise import is_legacy
from xgen.diagnostics import Report
from xgen.fingerprint import Footprint
from xgen.legacy import MODES, Input, Legacy
from xgen.rendering.legacy import render_legacy
from xgen.rendering.target import Target
from xgen.source import Source
from xgen.syntax.parser import parse
from xgen.xosgenx import run as run_xosgenx


@pytest.mark.parametrize("case", golden.cases("compat"), ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    golden.check(case, tmp_path)


# --- which templates are old -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("{% for m in proto.messages %}{{ m.name }}{% endfor %}", True),
        ("{{ options.app_label }}", True),
        ("{{ xproto_unquote('\"a\"') }}", True),
        ("text\n+++ file.txt\n", True),
        ("{{ file_exists('proto') }}", True),
        ("{# proto and options #}{{ app.name }}", False),
        ("proto.messages and {{ 'proto' }}", False),
        ("{{ target.options.title }}", False),
        ("{{ app.options }} {{ proto.messages }}", False),
        ("{% file 'a' %}{{ proto.messages }}{% endfile %}", False),
        ("{%- file 'a' -%}\n+++ b\n{%- endfile -%}", False),
        ("{% for app in proto.messages %}{{ app.name }}{% endfor %}", True),
        ("{% set options = {} %}{{ options.x }}", False),
        ("- app: {{ m.options.app_label }}{{ proto.messages }}", True),
        ("", False),
    ],
)
def test_a_template_says_which_kind_it_is(text: str, *, old: bool) -> None:
    assert is_legacy(text) is old


# --- what the old command line means -----------------------------------------------------------


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, with a model and templates."""
    (tmp_path / "m.xproto").write_text(
        'option app_label = "paint";\nmessage Color { required string name = 2 [max_length = 20]; }\n'
    )
    (tmp_path / "t.xtarget").write_text("{% for m in proto.messages %}{{ m.name }}{% endfor %}\n")
    (tmp_path / "s.xtarget").write_text("x{{ proto.policies }}\n+++ A.txt\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def xosgenx(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = run_xosgenx(list(words))
    return code, capsys.readouterr().out


def test_without_a_mode_the_text_is_printed(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert xosgenx(capsys, "--target", "./t.xtarget", "m.xproto") == (0, "Color\n")
    assert xosgenx(capsys, "--tar", "./t.xtarget", "m.xproto") == (0, "Color\n")
    assert xosgenx(capsys, "--target", "./s.xtarget", "m.xproto") == (2, "")
    (work / "out").mkdir()
    assert xosgenx(capsys, "--target", "./t.xtarget", "--output", "out", "m.xproto") == (0, "")
    assert list((work / "out").iterdir()) == []


def test_files_are_written_over_what_is_there(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--output", "out", "m.xproto")
    (work / "out").mkdir()
    (work / "out/one.txt").write_text("by hand")
    single = ("--write-to-file", "single", "--dest-file", "one.txt", *words)
    for _ in range(2):
        code, said = xosgenx(capsys, "--target", "./t.xtarget", *single)
        assert (code, said) == (0, f"Saved: {work / 'out/one.txt'}\n")
    code, said = xosgenx(capsys, "--target", "./s.xtarget", "--write-to-file", "target", *words)
    assert (code, said) == (0, f"Save file to: {work / 'out/a.txt'}\n")
    assert golden.tree(work / "out") == {"one.txt": "Color", "a.txt": "x{}"}
    assert not (work / "out/.xgen").exists()


def test_exit_codes_are_as_they_were(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / "bad.xproto").write_text("message A (Gone) { required string s = 1; }\n")
    assert xosgenx(capsys, "--lint", "bad.xproto")[0] == 0
    assert xosgenx(capsys, "--lint", "--strict", "bad.xproto")[0] == 255
    assert xosgenx(capsys, "--target", "./t.xtarget", "--strict", "bad.xproto") == (255, "")
    assert xosgenx(capsys, "--target", "./t.xtarget", "bad.xproto") == (0, "A\n")
    assert xosgenx(capsys, "--target", "./t.xtarget", "none.xproto") == (1, "")
    assert xosgenx(capsys, "m.xproto")[0] == 2
    assert xosgenx(capsys, "--lint", "--target", "t", "m.xproto")[0] == 2
    assert xosgenx(capsys, "--version")[0] == 0
    code, said = xosgenx(capsys, "--checkers", "service_options,syncstep.xchecker", "m.xproto")
    assert (code, said.splitlines()[-1][:13]) == (1, "syncstep.xche")
    assert xosgenx(capsys, "--target", "gone.xtarget", "m.xproto")[0] == 1


def test_targets_of_ours_do_what_the_options_say(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scripts take the text from the output, or say what its file is called."""
    code, text = xosgenx(capsys, "--target", "modeldefs.xtarget", "m.xproto")
    assert (code, text.splitlines()[1:4]) == (0, ["items:", "  - app: paint", "    name: Color"])
    words = ("--output", "out", "m.xproto")
    single = ("--write-to-file", "single", "--dest-file", "Defs.yaml", *words)
    assert xosgenx(capsys, "--target", "modeldefs", *single)[0] == 0
    assert golden.tree(work / "out") == {"Defs.yaml": text}
    code, said = xosgenx(capsys, "--target", "django-security.xtarget", "m.xproto")
    assert (code, said.count("VALIDATORS: dict")) == (0, 1)
    each = ("--write-to-file", "model", "--dest-extension", "py", *words)
    for target in (("synchronizer.xtarget", "m.xproto"), ("django.xtarget", *each)):
        assert run_xosgenx(["--target", *target]) == 2
        assert "[wrong-mode]" in capsys.readouterr().err
    written = {path.name for path in work.iterdir()}
    assert written == {"m.xproto", "t.xtarget", "s.xtarget", "out"}


def test_options_that_do_not_fit(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--target", "./t.xtarget", "m.xproto", "--output", "out"]
    for more, code, said in [
        ("--write-to-file single", 1, "--write-to-file single needs --dest-file NAME"),
        ("--write-to-file model", 1, "--write-to-file model needs --dest-extension EXTENSION"),
        ("--write-to-file model --dest-file x", 2, "--dest-file is for --write-to-file single"),
        ("--dest-extension x", 2, "--dest-extension is for --write-to-file model"),
    ]:
        assert run_xosgenx([*words, *more.split()]) == code
        assert capsys.readouterr().err.splitlines()[-1] == f"xosgenx: error: {said}"


def test_an_edited_attic_counts(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was rendered is only recalled while the files that it included are the same."""
    (work / "i.xtarget").write_text("{{ file_exists('a') and include_file('a') }}")
    words = ("--target", "./i.xtarget", "m.xproto")
    assert xosgenx(capsys, *words) == (0, "False\n")
    (work / "a").write_text("one")
    assert xosgenx(capsys, *words) == (0, "one\n")
    (work / "a").write_text("two")
    assert xosgenx(capsys, *words) == (0, "two\n")
    assert xosgenx(capsys, "--kvpairs", "a:b", *words) == (0, "two\n")


def test_an_old_template_through_the_api(work: Path) -> None:
    import xgen

    app = xgen.compile("m.xproto").app
    assert app is not None
    (file,) = xgen.render(app, "./t.xtarget")
    assert file.text == "Color\n"


# --- plurals -----------------------------------------------------------------------------------

WORDS = tuple(
    """
address agenda alias analysis appendix attribute axis backup basis box bus business by canvas
category channel chassis child city class company corps country criterion data datum day deer
device disk entity entry equipment fish foot goose half hero house image index information
instance key knife label leaf life list man matrix medium mouse network news node no_policy ox
person phenomenon photo policy port potato privilege process property proxy quiz radius
series service sheep site slice species staff status switch tag tenant tooth virus vlan wife
wish woman x xxx
""".split()  # noqa: SIM905  a list of a hundred strings is no better to read
)


def test_plurals_are_those_of_inflect() -> None:
    """The whole table is measured by benchmarks/plurals.py; these are words of models."""
    engine = inflect.engine()
    corpus = (golden.CORPUS / "compat/kinds/shop.xproto").read_text(encoding="utf-8")
    names = set(re.findall(r"[A-Za-z_]\w+", corpus))
    names |= {*WORDS, *(f"service_{w}" for w in WORDS), *(f"Service{w.title()}" for w in WORDS)}
    names |= {word.upper() for word in WORDS} | {word.title() for word in WORDS}
    for name in sorted(names):
        assert plural_noun(name) == engine.plural_noun(name), name
    parts = ("", "my_", "Subnet", "ServicePort", "MyPort_")
    for name, before in ((name, before) for name in WORDS for before in parts):
        for word in (before + name, before + name.title()):
            assert plural_noun(word) == engine.plural_noun(word), word
        for word in (name, name.title(), engine.plural_noun(name)):
            assert singular_noun(word) == (engine.singular_noun(word) or None), word


# --- no template and no model makes it stumble ---------------------------------------------------

_FUNCTIONS = sorted(FUNCTIONS)
_VALUES = (
    "m",
    "m.fields",
    "m.links",
    "m.rlinks",
    "m.fields[0]",
    "m.links[0]",
    "m.options",
    "m.bases",
    "m.name",
    "m.missing",
    "proto.message_table",
    "proto.policies",
    "options",
    "context",
    "none",
    "5",
    "'\"x\"'",
    "[]",
    "{}",
)
_ARGUMENTS = st.lists(st.sampled_from(_VALUES), max_size=4)
_PIECES = st.one_of(
    st.builds(
        lambda name, given: f"{{{{ {name}({', '.join(given)}) }}}}",
        st.sampled_from(_FUNCTIONS),
        _ARGUMENTS,
    ),
    st.sampled_from(
        ("+++ a\n", "\n+++ ../b\n", "{% if", "{{ m.fields | sort }}", "{{ m | yaml }}")
    ),
)


@settings(max_examples=120, deadline=None)
@given(pieces=st.lists(_PIECES, min_size=1, max_size=3), mode=st.sampled_from((None, *MODES)))
def test_what_fails_is_told_in_terms_of_the_template(pieces: list[str], mode: str | None) -> None:
    model = Source(
        "m.xproto",
        "message A (B, A) { required string x = 1 [choices = 5, unique_with = y];"
        " optional manytoone a->A = 2; } policy p < exists A: A.x = 1 > message C {}",
    )
    report = Report()
    file = parse(model, Report())
    given_input = Input(Legacy(mode, "f", "e"), lambda: [(file, model)])
    text = "{% for m in proto.messages %}" + "".join(pieces) + "{% endfor %}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.xtarget"
        path.write_text(text)
        target = Target(name="t", path=str(path), roots=(folder,), template="t.xtarget")
        render_legacy(
            target,
            given_input.options,
            lambda: Names(given_input, Footprint()),
            report=report,
            footprint=Footprint(),
        )
    for finding in report:
        assert finding.code in (
            "template-error",
            "wrong-mode",
            "lost-text",
            "bad-path",
            "empty-output",
        )
