"""Templates from YAML: what a good one becomes, and what is said about a broken one."""

import itertools
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from onboarding.checklists.documents import digest, template_document, template_from
from onboarding.checklists.library import (
    LARGEST,
    examine,
    examine_all,
    examine_bytes,
    load,
    load_all,
)
from onboarding.checklists.reading import ITEM_KEYS
from onboarding.checklists.template import Probe
from onboarding.errors import BadInput

GOOD = """\
key: small
version: 3
title: A small list
sources: {S1: example.org/runbook}
facts:
  grpc: {kind: yes_no, ask: "Is gRPC spoken?"}
items:
  - id: open-firewall
    stage: config
    owner: customer
    owner_at: {hands_on: support}
    title: Let the edge in
    why: >-
      The origin refuses
      what it does not know.
    how_long: 30m
    docs: https://example.org/firewall
    due: T-7d
    needed_when: grpc and "apex" in hostname_kinds
    evidence: [file, link]
    sign_off: neteng
    source: S1
    required: true
  - id: lower-ttl
    stage: scheduled
    owner: customer
    title: Lower the TTL
    why: It bounds the way back.
    due: T-48h
    depends_on: open-firewall
    probe: {kind: ttl_at_most, seconds: 300}
"""


def faults(text: str | bytes) -> list[str]:
    content = text.encode() if isinstance(text, str) else text
    return [fault.line() for fault in examine_bytes(content, Path("list.yaml")).faults]


def test_a_good_template_is_read_in_full(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(GOOD)
    template = load(path)
    assert (template.key, template.version, len(template.items)) == ("small", 3, 2)
    first, second = template.items
    assert first.why == "The origin refuses what it does not know."
    assert first.how_long == timedelta(minutes=30)
    assert first.due == timedelta(days=-7)
    assert first.evidence == ("file", "link")
    assert first.source == ("example.org/runbook",)
    assert (first.owner_for("self_serve"), first.owner_for("hands_on")) == ("customer", "support")
    assert first.required
    assert not second.required
    assert second.depends_on == ("open-firewall",)
    assert second.probe == Probe("ttl_at_most", (("seconds", 300),))
    assert template_from(template_document(template)) == template
    assert load_all(tmp_path) == {"small": template}


BROKEN = [
    ("stage: config", "stage: confg", 9, "did you mean config?"),
    ("owner: customer", "owner: costumer", 10, "did you mean customer?"),
    ("hands_on: support", "hands-on: support", 11, "did you mean hands_on?"),
    ("hands_on: support", "hands_on: suport", 11, "did you mean support?"),
    ("title: Let the edge in", "titel: Let the edge in", 12, "did you mean title?"),
    ("how_long: 30m", "how_long: half an hour", 16, "such as 15m"),
    ("https://example.org/firewall", "javascript:alert(1)", 17, "expected https://"),
    ("https://example.org/firewall", "//example.org/", 17, "expected https://"),
    ("due: T-7d", "due: 7 days before", 18, "T-7d"),
    ("due: T-7d", "due: T-999999d", 18, "T-7d"),
    ("due: T-7d", "due: T-9999d", 18, "two years"),
    ("due: T-7d", "due: T-1d", 29, "'open-firewall'"),
    ("grpc and", "gprc and", 19, "did you mean grpc?"),
    ("grpc and", "exec and", 19, "known facts: "),
    ('grpc and "apex"', '"apex"', 19, "quotes"),
    ("[file, link]", "[file, photo]", 20, "expected one of note, file, link"),
    ("[file, link]", "[file, file]", 20, "remove one"),
    ("sign_off: neteng", "sign_off: netops", 21, "expected one of"),
    ("source: S1", "source: S2", 22, "known are: S1"),
    ("required: true", "required: yes", 23, "true or false"),
    ("id: lower-ttl", "id: Lower TTL", 24, "small letters"),
    ("id: lower-ttl", "id: open-firewall", 24, "the first is on line 8"),
    ("on: open-firewall", "on: open-firewal", 30, "did you mean open-firewall?"),
    ("on: open-firewall", "on: lower-ttl", 30, "lower-ttl → lower-ttl"),
    ("stage: scheduled", "stage: signup", 30, "comes before stage config"),
    ("ttl_at_most", "ttl_atmost", 31, "did you mean ttl_at_most?"),
    ("seconds: 300", "secs: 300", 31, "known keys: kind, seconds"),
    ("seconds: 300", "seconds: low", 31, "whole number from 1"),
    ("version: 3", "version: three", 2, "whole number from 1"),
    ("title: A small list", "title: [A]", 3, "expected text"),
    ("title: A small list", 'title: "a\\0b"', 3, "U+0000"),
    ("title: A small list", 'title: "a\\ud800b"', 3, "U+D800"),
    ("grpc:", "hsts:", 6, "known already"),
    ("kind: yes_no", "kind: bool", 6, "expected one of yes_no"),
    ("key: small", "key: &small small", 1, "anchor"),
    ("key: small", "key: !!str small", 1, "tag"),
    ("key: small", "kee: small", 1, "did you mean key?"),
    ("title: A small list", "title: x\ntitle: y", 4, "the key 'title' is given twice"),
    ("    title: Lower", "\ttitle: Lower", 27, "tab"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "said"), BROKEN)
def test_a_fault_names_file_line_and_fix(right, wrong, line, said):
    assert right in GOOD
    found = faults(GOOD.replace(right, wrong, 1))
    assert any(one.startswith(f"list.yaml:{line}: ") and said in one for one in found), found


def test_all_faults_of_a_file_are_told_in_the_order_of_its_lines():
    text = GOOD
    for right, wrong in [("version: 3", "version: x"), ("T-7d", "soon"), ("300", "-1")]:
        text = text.replace(right, wrong)
    assert [one.split(":")[1] for one in faults(text)] == ["2", "18", "31"]


def test_a_circle_is_named_in_full():
    item = "  - {{id: {0}, stage: test, owner: ops, title: t, why: w, depends_on: {1}}}\n"
    text = "key: k\nversion: 1\ntitle: t\nitems:\n" + "".join(
        item.format(one, other) for one, other in ["ab", "bc", "ca", "de", "ed"]
    )
    found = faults(text)
    circles = [one.split("circle: ")[1].split(":")[0].split(" → ") for one in found]
    assert sorted(len(path) for path in circles) == [3, 4]
    for path in circles:
        assert path[0] == path[-1]
        assert set(map("".join, itertools.pairwise(path))) <= {"ab", "bc", "ca", "de", "ed"}


LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "list.yaml:1: the file is empty"),
        (b"# nothing\n", "list.yaml:1: the file is empty"),
        (LAUGHS.encode(), "list.yaml:1: an anchor"),
        (b"key: *other\n", "list.yaml:1: the alias *other"),
        (b"key: k\ntitle: \xe4\n", "list.yaml:2: the byte 0xe4 is not UTF-8"),
        ("key: k".encode("utf-16"), "list.yaml:1: the byte 0xff is not UTF-8"),
        (b"key: k\ntitle: \x00\n", "list.yaml:2: the character U+0000"),
        (b"[" * 30_000, "list.yaml:1: nested too deeply"),
        (b"[" + b"x," * 100_000 + b"]", "list.yaml:1: too many values"),
        (b"key: k\n---\nkey: l\n", "list.yaml:2: a second document"),
        (b"key: k\n? [a, b]\n: c\n", "list.yaml:2: a key is not plain text"),
        (b"- a\n- b\n", "list.yaml:1: this is no template"),
        (b"key: k\nitems: [}\n", "list.yaml:2: not valid YAML"),
        (b"key: k\ntitle: 'never closed\n", "not valid YAML"),
    ],
)
def test_what_is_no_readable_yaml_is_refused_with_its_line(content, said):
    (only,) = faults(content)
    assert said in only


def test_files_that_cannot_be_read_are_named(tmp_path):
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"#" * (LARGEST + 1))
    (tmp_path / "empty").mkdir()
    for path in (huge, tmp_path / "missing.yaml", tmp_path / "empty", Path("/dev/null")):
        (reading,) = examine_all([path])
        (fault,) = reading.faults
        assert fault.place.startswith(str(path))
        assert fault.hint
    with pytest.raises(BadInput, match="too large"):
        load(huge)
    assert examine(tmp_path / "empty").faults


def test_two_files_with_one_key_are_refused(tmp_path):
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(GOOD)
    one, two = examine_all([tmp_path])
    assert one.template is not None
    assert "one.yaml" in two.faults[0].message


def test_load_says_the_first_fault_and_how_many_follow(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(GOOD.replace("version: 3", "version: x").replace("T-7d", "soon"))
    with pytest.raises(BadInput) as caught:
        load(path)
    assert caught.value.place == f"{path}:2"
    assert "1 more fault" in caught.value.hint


def test_a_line_is_told_as_editors_count_it():
    odd = "# a\u2028# b\x85# c\u2029# d\n"  # ends of lines for YAML
    for wrong in (GOOD.replace("version: 3", "version: x"), GOOD.replace("version: 3", "*a: 3")):
        assert faults(odd + wrong)[0].startswith("list.yaml:3: ")


def readable(text: str | bytes) -> None:
    """Whatever is given: a template, or faults that each name the file and a line of it."""
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    reading = examine_bytes(content, Path("list.yaml"))
    assert (reading.template is None) == bool(reading.faults)
    for fault in reading.faults:
        place = re.fullmatch(r"list\.yaml:(\d+)", fault.place)
        assert place, fault.place
        assert 1 <= int(place[1]) <= content.count(b"\n") + content.count(b"\r") + 2
        assert fault.message
        assert fault.hint
        assert "\n" not in fault.line()
    if reading.template is not None:
        assert template_from(template_document(reading.template)) == reading.template
        assert len(digest(reading.template)) == 64


LINES = GOOD.splitlines(keepends=True)
TOKENS = """: - [ ] { } &a *a !!int " ' | > # --- null ~ <<: ? % T-7d hsts é"""
SNIPPETS = st.sampled_from(
    [*TOKENS.split(), ": ", "- ", "\t", "\n", "  ", "\x00", "\x85", "\u2028"]
)


@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), SNIPPETS), max_size=4))
@example([(0, 0, "'"), (0, 0, "\x85"), (0, 0, "\x85")])
def test_a_template_broken_anywhere_never_ends_in_a_traceback(edits):
    text = GOOD
    for start, length, snippet in edits:
        text = text[:start] + snippet + text[start + length :]
    readable(text)


@given(st.permutations(LINES).map("".join))
def test_a_template_with_its_lines_shuffled_never_ends_in_a_traceback(text):
    readable(text)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
@example("\ud800")
@example("a: \u2028\n b")
def test_any_bytes_are_read_or_refused(content):
    readable(content)


VALUES = st.recursive(
    st.one_of(
        st.text(alphabet=st.characters(codec="utf-8"), max_size=20),
        st.integers(),
        st.sampled_from(["customer", "config", "T-7d", "hsts", "note", "", "true", "ttl_at_most"]),
    ),
    lambda deeper: st.one_of(
        st.lists(deeper, max_size=3),
        st.dictionaries(st.sampled_from(["kind", "seconds", "hands_on", "x"]), deeper, max_size=3),
    ),
    max_leaves=6,
)
KEYS = st.sampled_from([*ITEM_KEYS, "colour"])


@given(st.lists(st.dictionaries(KEYS, VALUES), max_size=4), VALUES, VALUES)
def test_values_of_any_shape_under_any_key_never_end_in_a_traceback(items, facts, version):
    document = {"key": "k", "version": version, "title": "t", "facts": facts, "items": items}
    readable(yaml.safe_dump(document, allow_unicode=True))
