"""YAML as text: nothing guessed, nothing aliased, nothing twice, nothing endless."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from billing_tui.foundation.errors import ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml

BOMB = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"


@pytest.mark.parametrize(
    "word",
    ["no", "yes", "on", "null", "~", "12:30", "010", "2.10", "1e3", "0x1F", "2026-07-01", ".inf"],
)
def test_words_stay_as_they_are_written(word: str) -> None:
    """No boolean, number, time or day is guessed from how a word looks."""
    assert read_yaml(f"key: {word}\nlist: [{word}]") == {"key": word, "list": [word]}


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("tier1: 2.10\ntier1: 9.99", 2, "twice"),
        ("a: {b: 1, b: 2}", 1, "twice"),
        (BOMB, 1, "aliases"),
        ("a: 1\nb: *a", 2, "alias"),
        ("a: &x 1", 1, "anchors"),
        ("a: !!python/object/apply:os.system [id]", 1, "tag"),
        ("a: !!int 5", 1, "tag"),
        ("a: !local 5", 1, "tag"),
        ("? [a, b]\n: 1", 1, "plain word"),
        ("a: [1, 2", 2, "expected"),
        ("a: 1\n\tb: 2", 2, "tab|token"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("a: 'open", 1, "end of stream"),
        ("a: \x00", 1, "control"),
        ("<<: {a: 1}\nb: *x", 2, "alias"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(text: str, line: int, word: str) -> None:
    """Keys twice, anchors, tags, two documents, broken quotes, control characters."""
    with pytest.raises(ProblemsFound, match=word) as refused:
        read_yaml(text)
    assert abs(refused.value.problems[0].line - line) <= 1


def test_aliases_are_copies_where_they_are_allowed() -> None:
    """Three times three is nine words; changing one copy leaves the others."""
    found = read_yaml("a: &a [x, x]\nb: [*a, *a]", aliases=True)
    assert found == {"a": ["x", "x"], "b": [["x", "x"], ["x", "x"]]}
    found["b"][0].append("y")
    assert found["a"] == found["b"][1] == ["x", "x"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (
            "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)),
            "200,000",
        ),
        ("\n".join(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 30)), "20 levels"),
        ("a: &a [*a]", "names nothing"),
        ("a: *b\nb: &b 1", "names nothing"),
    ],
)
def test_alias_bombs_are_refused(text: str, word: str) -> None:
    """Copies count like what they copy, in number and depth; circles name nothing."""
    with pytest.raises(ProblemsFound, match=word):
        read_yaml("a0: &a0 x\n" + text, aliases=True)


def test_a_merge_key_is_a_key_like_any_other() -> None:
    """`<<` merges nothing."""
    assert read_yaml("<<: {a: 1}") == {"<<": {"a": "1"}}


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
@pytest.mark.parametrize("depth", [21, 2000, 100_000])
def test_deep_nesting_is_refused_quickly(opening: str, depth: int) -> None:
    """Neither a crash nor a long wait, whatever the brackets are."""
    start = time.monotonic()
    with pytest.raises(ProblemsFound):
        read_yaml(opening * depth)
    assert time.monotonic() - start < 20


def test_twenty_levels_are_enough_and_allowed() -> None:
    """The limit is above anything a schedule needs."""
    assert read_yaml("[" * 20 + "]" * 20)


def test_a_file_of_more_than_a_million_characters_is_refused() -> None:
    """Before it is parsed."""
    with pytest.raises(ProblemsFound, match="1,000,000"):
        read_yaml("a: " + "x" * 1_000_000)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_is_an_empty_map_or_word(text: str) -> None:
    """Nothing stands in it, so nothing is found."""
    assert not read_yaml(text)


words = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=8)
trees = st.recursive(
    words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)


def _flow(tree: object) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(_flow, tree)) + "]"
    return f'"{tree}"'


@given(trees)
def test_any_plain_tree_reads_back(tree: object) -> None:
    """Maps, lists and words come back as they were written."""
    assert read_yaml(_flow(tree)) == tree


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """Only `ProblemsFound` comes out."""
    with suppress(ProblemsFound):
        read_yaml(text)
