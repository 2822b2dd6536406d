"""What moving a running checklist to another version would change."""

from dataclasses import replace
from datetime import timedelta

from onboarding.checklists.difference import difference
from onboarding.checklists.template import Item, Template

A = Item("a", "config", "customer", "A", "why")
B = Item("b", "config", "customer", "B", "why")
C = Item("c", "test", "ops", "C", "why")


def test_added_removed_and_changed_items_are_told_apart():
    later = replace(B, due=timedelta(days=-2), required=True)
    found = difference(Template("k", 1, "t", (A, B)), Template("k", 2, "t", (C, later)))
    assert found.added == (C,)
    assert found.removed == (A,)
    (change,) = found.changed
    assert (change.old, change.new, change.fields) == (B, later, ("due", "required"))
    assert not found.empty


def test_another_order_or_title_of_the_template_changes_no_item():
    assert difference(Template("k", 1, "t", (A, B)), Template("k", 2, "u", (B, A))).empty
