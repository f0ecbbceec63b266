"""No pattern of the application can backtrack badly: a repetition is not followed by, nor holds, another one that could
take the same signs."""

import ast
import importlib
import re
import re._constants as sre
import re._parser as parser
import string

import pytest

from tests.test_structure import APP, files, module

SIGNS = string.printable + "\0\x85\u00a0\u2003éẞİ漢\u0301"


def compiled():
    """Of every module: patterns stand at its top, where they are found."""
    for path in files():
        if path.name == "__main__.py":
            continue  # it runs what it imports
        for name, value in vars(importlib.import_module(module(path))).items():
            if isinstance(value, re.Pattern):
                yield pytest.param(value.pattern, id=f"{path.relative_to(APP)}:{name}")


def test_patterns_are_compiled_at_the_top_of_their_module_and_nowhere_else():
    for path in files():
        tree = ast.parse(path.read_text())
        at_the_top = {id(node) for one in tree.body if isinstance(one, ast.Assign) for node in ast.walk(one)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "re":
                if node.attr == "Match" or node.attr.isupper():  # a type, or a flag
                    continue
                assert node.attr == "compile", f"{path}: re.{node.attr}"
                assert id(node) in at_the_top, f"{path}: a pattern within a function"
            assert not (isinstance(node, ast.ImportFrom) and node.module == "re"), path
            if isinstance(node, ast.keyword) and node.arg == "pattern":
                raise AssertionError(f"{path}: msgspec would search with it unseen")


def repetitions(parsed):
    """The pattern as a list of (signs that a part can begin with or hold, whether it is repeated without end)."""
    parts = []
    for kind, value in parsed:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            _, most, inner = value
            inside = repetitions(inner)
            endless = most is sre.MAXREPEAT
            assert not (endless and any(again for _, again in inside)), "a repetition within a repetition"
            parts += [(signs, endless or again) for signs, again in inside]
        elif kind is sre.SUBPATTERN:
            parts += repetitions(value[3])
        elif kind is sre.BRANCH:
            inside = [part for branch in value[1] for part in repetitions(branch)]
            parts.append((set().union(*(signs for signs, _ in inside)), any(again for _, again in inside)))
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            assert not any(again for _, again in repetitions(value[1])), "a repetition within a condition"
        elif kind is not sre.AT:
            one = parser.SubPattern(parsed.state, [(kind, value)])
            parts.append((taken(one), False))
    return parts


def taken(one):
    kind, value = one.data[0]
    if kind is sre.LITERAL:
        return {chr(value)} & set(SIGNS)
    if kind is sre.NOT_LITERAL:
        return set(SIGNS) - {chr(value)}
    if kind is sre.ANY:
        return set(SIGNS)
    assert kind is sre.IN, kind
    signs = {sign for sign in SIGNS if any(in_set(sign, item) for item in value if item[0] is not sre.NEGATE)}
    return set(SIGNS) - signs if value[0][0] is sre.NEGATE else signs


CATEGORIES = {
    sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_NOT_SPACE: r"\S", sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def in_set(sign, item):
    kind, value = item
    if kind is sre.LITERAL:
        return ord(sign) == value
    if kind is sre.RANGE:
        return value[0] <= ord(sign) <= value[1]
    assert kind is sre.CATEGORY, kind
    return re.match(CATEGORIES[value], sign) is not None


def check(pattern):
    parts = repetitions(parser.parse(pattern))
    for number, (signs, endless) in enumerate(parts):
        # Whatever stands between two of them: `[^@]+@[^@]+` is fine, as nothing of the first can be the "@".
        for other, again in parts[number + 1 :]:
            if not (signs & other):
                break
            assert not (endless and again), "two repetitions, one after the other, of the same signs"


@pytest.mark.parametrize("pattern", list(compiled()))
def test_no_pattern_can_backtrack_badly(pattern):
    check(pattern)


def test_this_looks_at_all_of_them():
    assert len(list(compiled())) >= 6


@pytest.mark.parametrize(
    "pattern", [r"(a+)+", r"(a|b*)*c", r"[^@\s]+@[^@\s]+\.[^@\s]+", r"\s*\s*x", r".*a.*", r"(?=a+)b"]
)
def test_it_finds_those_that_can(pattern):
    with pytest.raises(AssertionError):
        check(pattern)


@pytest.mark.parametrize("pattern", [r"[a-z0-9][a-z0-9.-]{1,31}", r"/[!-~]*", r"[^@]+@[^@]+", r"a+b+", r"[^A-Za-z]"])
def test_it_lets_those_pass_that_cannot(pattern):
    check(pattern)
