"""Templates are compiled once, whatever the language, and anew when they or the way of compiling them have changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from app.templating import _Compiled, _own_source


def environment(folder: Path, source: str) -> Environment:
    return Environment(loader=DictLoader({"page.html": source}), bytecode_cache=_Compiled(str(folder), "%s.jinja"))


def test_what_is_compiled_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment(tmp_path, "{{ 1 + 1 }}").get_template("page.html").render() == "2"
    monkeypatch.setattr(Environment, "compile", None)
    assert environment(tmp_path, "{{ 1 + 1 }}").get_template("page.html").render() == "2"


def test_a_changed_template_is_compiled_anew(tmp_path: Path) -> None:
    environment(tmp_path, "old").get_template("page.html")
    assert environment(tmp_path, "new").get_template("page.html").render() == "new"
    assert len(list(tmp_path.iterdir())) == 1, "in the place of the old one"


def test_another_way_of_compiling_is_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = _Compiled(str(tmp_path))
    before = compiled.get_cache_key("page.html")
    monkeypatch.setattr("app.templating._own_source", lambda: _own_source()[::-1])
    assert compiled.get_cache_key("page.html") != before
