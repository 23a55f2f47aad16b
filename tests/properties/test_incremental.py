"""Whatever has changed since the last run: with caches, a run does and says the same as without."""

from __future__ import annotations

import io
import shutil
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.generating import ROOT
from xgen import cache
from xgen.__main__ import _shortcut
from xgen.cli import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

FRAGMENT = "synchronizer/package/steps/sync_model.py.jinja"
SHARED = """\
option name = "shared";

// What has a label.
message Labelled (XOSBase) {
    option abstract = True;
    required string label = 1 [max_length = 30];
}
"""
TRICKY = (
    "/* Not the end:\n}\n   of anything. */\n",
    "// One line.\n\n// }\n",
    'policy odd_{} < /*\n}}\n*/ ctx.user.is_admin | obj.label = ">" >\n',
    "enum Kind{} {{\n    NONE = 0;\n    // Some.\n    SOME = 1;\n}}\n",
)


class Author:
    """Changes models, templates, options and outputs at random; in all folders alike."""

    def __init__(self, random: Random, folders: list[Path]) -> None:
        self.random = random
        self.folders = folders
        self.count = 10
        self.shared = SHARED
        self.fragment = (ROOT / "targets" / FRAGMENT).read_text("utf-8")
        self.messages = {f"Thing{n}": [self._field()] for n in range(4)}
        self.places = dict.fromkeys(self.messages, "shop.xproto")
        self.before = dict.fromkeys(self.messages, "")
        self.bases = dict.fromkeys(self.messages, "Labelled")
        self.moods = ["CALM"]
        self.options: dict[str, bool] = {"--strict": False, "--conflict=markers": False}
        self.broken: str | None = None
        self.gone: list[str] = []
        self.write()

    def words(self) -> list[str]:
        """Return the command line."""
        chosen = [name for name, on in self.options.items() if on]
        lost = [word for name in self.gone for word in ("--allow-data-loss", name)]
        words = ["--target", "synchronizer", "--target-path", "templates", "--output", "out"]
        return [*words, *chosen, *lost, "shop.xproto", "more.xproto", "policies.xproto"]

    def _field(self) -> str:
        self.count += 1
        words = ("[max_length = 20]", '[text = True, help_text = "Some, or } none."]')
        return f"optional string field_{self.count} = {self.count} {self.random.choice(words)};"

    def _some(self) -> str:
        return self.random.choice(sorted(self.messages))

    def write(self) -> None:
        """Write all that is the author's."""
        texts = {"shop.xproto": 'option name = "shop";\nimport "shared.xproto";\n\n'}
        moods = "".join(f"    {mood} = {number};\n" for number, mood in enumerate(self.moods))
        texts["shop.xproto"] += f"enum Mood {{\n{moods}}}\n\n"
        texts["more.xproto"] = "// More models.\n"
        texts["policies.xproto"] = "policy all_of_them < True >\n"
        for name, lines in self.messages.items():
            junk = ["optional strin g broken = ;"] if name == self.broken else []
            body = "".join(f"    {line}\n" for line in [*lines, *junk])
            own = f"{self.before[name]}message {name} ({self.bases[name]}) {{\n{body}}}\n\n"
            texts[self.places[name]] += own
        texts["shared.xproto"] = self.shared
        texts[f"templates/{FRAGMENT}"] = self.fragment
        for folder in self.folders:
            for path, text in texts.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text, "utf-8")

    def adds_a_field(self) -> None:
        self.messages[self._some()].append(self._field())

    def drops_a_field(self) -> None:
        name = self._some()
        if self.messages[name]:
            line = self.messages[name].pop(self.random.randrange(len(self.messages[name])))
            self.gone.append(f"{name}.{line.split()[2].partition('->')[0]}")

    def adds_a_model(self) -> None:
        self.count += 1
        name, peer = f"Thing{self.count}", self._some()
        link = f"optional manytoone peer->{peer}:from_{self.count} = 1:{1000 + self.count};"
        self.messages[name] = [link, self._field()]
        self.places[name], self.before[name] = "shop.xproto", ""
        self.bases[name] = self.random.choice(("Labelled", "Service", "ServiceInstance", peer))

    def drops_a_model(self) -> None:
        if len(self.messages) > 1:
            self.gone.append(self._some())
            del self.messages[self.gone[-1]]

    def moves_a_model(self) -> None:
        self.places[self._some()] = self.random.choice(("shop.xproto", "more.xproto"))

    def renames_a_model(self) -> None:
        self.count += 1
        old, new = self._some(), f"Thing{self.count}"
        self.gone.append(old)
        self.messages = {
            new if name == old else name: [line.replace(f"->{old}:", f"->{new}:") for line in lines]
            for name, lines in self.messages.items()
        }
        for known in (self.places, self.before, self.bases):
            known[new] = known.pop(old)
        self.bases = {n: new if base == old else base for n, base in self.bases.items()}

    def hides_a_model(self) -> None:
        name = self._some()
        self.gone.append(name)
        self.messages[name].append("option skip_django = True;")

    def takes_a_name(self) -> None:
        self.count += 1
        word = self.random.choice(("models", "timezone", "MinValueValidator", "Q"))
        self.messages[self._some()].append(f"optional int32 {word} = {self.count} [min_value = 1];")

    def has_a_mood(self) -> None:
        self.count += 1
        mood = f'optional Mood mood_{self.count} = {self.count} [default = "CALM"];'
        self.messages[self._some()].append(mood)

    def changes_the_moods(self) -> None:
        self.count += 1
        self.moods.insert(self.random.randrange(len(self.moods) + 1), f"MOOD_{self.count}")

    def comments_a_model(self) -> None:
        self.count += 1
        text = self.random.choice(TRICKY)
        self.before[self._some()] = text.format(self.count) if "{}" in text else text

    def makes_or_mends_a_mistake(self) -> None:
        self.broken = None if self.broken else self._some()

    def changes_an_import(self) -> None:
        self.count += 1
        field = f"    optional int32 size_{self.count} = {self.count};\n}}\n"
        self.shared = self.shared.removesuffix("}\n") + field

    def changes_a_template(self) -> None:
        self.count += 1
        self.fragment += f"# Template {self.count}.\n"

    def changes_an_option(self) -> None:
        name = self.random.choice(sorted(self.options))
        self.options[name] = not self.options[name]

    def edits_an_output(self) -> None:
        """Edit whatever file comes: a scaffold, a machine file, even the record of runs."""
        self._do(lambda path: path.write_bytes(path.read_bytes() + b"# By hand.\n"))

    def deletes_an_output(self) -> None:
        self._do(Path.unlink)

    def does_nothing(self) -> None:
        """Run again."""

    def _do(self, change: Callable[[Path], object]) -> None:
        out = self.folders[0] / "out"
        paths = sorted(p.relative_to(out) for p in out.rglob("*.py") if p.is_file())
        if paths:
            path = self.random.choice(paths)
            for folder in self.folders:
                change(folder / "out" / path)


CHANGES = [
    change
    for name, change in vars(Author).items()
    if name[0] != "_" and name not in ("write", "words") and callable(change)
]


def generated(folder: Path, words: list[str]) -> tuple[object, ...]:
    """Run the command line in a folder; return all that came of it."""
    said, told = io.StringIO(), io.StringIO()
    with (
        chdir(folder),
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(said),
        redirect_stderr(told),
    ):
        patch.setattr(cache, "_disabled", False)
        patch.setattr(sys, "argv", ["xgen", *words])
        code = 0 if _shortcut(words) else run(words)
    files = {
        path.relative_to(folder).as_posix(): (path.stat().st_mode, path.read_bytes())
        for path in sorted((folder / "out").rglob("*"))
        if path.is_file()
    }
    return code, said.getvalue(), told.getvalue(), files


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    random=st.randoms(use_true_random=False),
    changes=st.lists(st.sampled_from(CHANGES), min_size=3, max_size=6),
)
def test_a_run_with_caches_is_a_run_without(
    random: Random,
    changes: list[Callable[[Author], None]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folders = [tmp_path_factory.mktemp(name) for name in ("cached", "plain")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XGEN_CACHE_DIR", str(folders[0] / "cache"))
        # What pays for long texts only is done for all.
        patch.setattr("xgen.trees._LONG", 0)
        patch.setattr("xgen.views.migrations._LONG", 0)
        patch.setattr("xgen.views.pieces._MANY", 0)
        patch.setattr("xgen.rendering.compiles._LONG", 1000)
        patch.setattr("xgen.rendering.compiles._PIECE", 300)
        author = Author(random, folders)
        for change in (Author.does_nothing, *changes):
            change(author)
            author.write()
            cached = generated(folders[0], author.words())
            plain = generated(folders[1], ["--no-cache", *author.words()])
            assert cached == plain, change.__name__
    for folder in folders:
        shutil.rmtree(folder)
