"""One suite for every switch: what the rest of the house relies on, faults included."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from flask import Flask

from onboarding.errors import AdapterError, BadInput, PassingFault
from onboarding.switches.registry import SWITCHES, switch
from onboarding.switches.selectors import KINDS, Selector
from tests.contracts.haproxy_stand import HAProxyStand
from tests.contracts.switch_stands import (
    CANNOT,
    FAULTS,
    STANDS,
    PickingStand,
    Stand,
    on,
    turn,
)
from tests.services.haproxy import HAProxies
from tests.services.ports import Ports


@pytest.fixture
def stand(
    request: pytest.FixtureRequest,
    app: Flask,
    free_port: Ports,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stand]:
    with ExitStack() as stack:
        if request.param == "haproxy":
            haproxy: HAProxies = request.getfixturevalue("haproxy")
            yield stack.enter_context(HAProxyStand.running(haproxy, free_port, tmp_path))
        elif hasattr(STANDS[request.param], "running"):
            made = STANDS[request.param].running(free_port, tmp_path, monkeypatch)
            yield stack.enter_context(made)
        else:
            yield STANDS[request.param]()


def test_every_switch_has_a_stand_and_is_tried_with_every_fault_it_can_have() -> None:
    assert set(STANDS) == set(SWITCHES)
    for kind, one in STANDS.items():
        assert set(FAULTS) - set(one.faults) == set(CANNOT.get(kind, ())), kind


@on.every
def test_a_switch_begins_on_the_old_path(stand: Stand) -> None:
    assert stand.switch().read().share == 0


@on.every
def test_what_is_set_is_read_and_is_in_force(stand: Stand) -> None:
    one = stand.switch()
    for number, share in enumerate(stand.shares):
        turn(stand, one, share, f"step-{number}")
        assert one.read().share == pytest.approx(share, abs=0.05)
        assert stand.effect() == pytest.approx(share, abs=max(0.05, one.ability.smallest_step))


@on.every
def test_a_key_that_was_set_before_changes_nothing_however_late(stand: Stand) -> None:
    one = stand.switch()
    turn(stand, one, 25, "first")
    turn(stand, one, 25, "first")
    turn(stand, one, 50, "second")
    turn(stand, one, 25, "first")
    assert one.read().share == 50
    assert stand.effect() == pytest.approx(50, abs=0.5)


@on.every
def test_after_a_restart_the_same_share_is_read_and_the_same_set_is_safe(stand: Stand) -> None:
    turn(stand, stand.switch(), 25, "first")
    again = stand.switch()
    assert again.read().share == 25
    turn(stand, again, 25, "first")
    assert again.read().share == 25


@pytest.mark.parametrize("share", [-1, 100.5, float("nan"), float("inf")])
@on.every
def test_a_share_that_is_none_is_refused_before_anything_moves(stand: Stand, share: float) -> None:
    one = stand.switch()
    turn(stand, one, 5, "first")
    with pytest.raises(BadInput) as refused:
        one.set(share, "second")
    assert refused.value.place == "share"
    assert one.read().share == 5


@on.every
def test_check_passes_and_moves_nothing(stand: Stand) -> None:
    one = stand.switch()
    turn(stand, one, 25, "first")
    one.check()
    assert stand.effect() == pytest.approx(25, abs=0.5)


@on.every
def test_a_switch_works_from_any_thread(stand: Stand) -> None:
    one = stand.switch()
    read: list[float] = []

    def conduct() -> None:
        one.set(5, "first")
        one.check()
        read.append(one.read().share)

    thread = threading.Thread(target=conduct)
    thread.start()
    thread.join()
    assert read == [0.0 if one.ability.by_hand else 5.0]


@on.every
def test_a_config_with_an_unknown_key_is_refused_by_name(stand: Stand) -> None:
    with pytest.raises(BadInput) as refused:
        switch(stand.kind, {**stand.config(), "sevrers": 1}, key="cutover:1")
    assert refused.value.place == "switch.sevrers"


@on.that_can("gone")
def test_a_switch_that_cannot_be_reached_says_so_and_what_to_do(stand: Stand) -> None:
    one = stand.switch()
    with stand.fault("gone"):
        for act in (one.read, one.check, lambda: one.set(5, "first")):
            with pytest.raises(PassingFault) as fault:
                act()
            assert fault.value.hint
    turn(stand, one, 5, "first")
    assert one.read().share == 5


@on.that_can("deny")
def test_a_refusal_is_an_error_and_leaves_the_share(stand: Stand) -> None:
    one = stand.switch()
    turn(stand, one, 5, "first")
    with stand.fault("deny"), pytest.raises(AdapterError) as fault:
        one.set(25, "second")
    assert fault.value.hint
    assert one.read().share == 5
    turn(stand, one, 25, "second")  # the key was not used up by the failure
    assert one.read().share == 25


@on.that_can("swallow")
def test_a_set_that_took_effect_without_an_answer_is_an_error_and_is_read(stand: Stand) -> None:
    one = stand.switch()
    with stand.fault("swallow"), pytest.raises(PassingFault, match="did not answer"):
        one.set(25, "first")
    assert one.read().share == 25
    turn(stand, one, 25, "first")
    assert one.read().share == 25


@on.that_can("half")
def test_a_set_done_by_half_is_an_error_is_seen_and_can_be_finished(stand: Stand) -> None:
    one = stand.switch()
    with stand.fault("half"), pytest.raises(PassingFault):
        one.set(40, "first")
    assert one.read().share != 40
    turn(stand, one, 40, "first")
    assert one.read().share == 40


@on.that_can("lie")
def test_a_switch_that_lies_is_found_out_by_reading(stand: Stand) -> None:
    one = stand.switch()
    with stand.fault("lie"):
        turn(stand, one, 25, "first")
        assert one.read().share != 25
    assert one.read().share == pytest.approx(stand.effect(), abs=0.05)


@on.that_can("slow")
def test_a_slow_switch_is_waited_for(stand: Stand) -> None:
    one = stand.switch()
    with stand.fault("slow"):
        turn(stand, one, 25, "first")
        assert one.read().share == 25


@on.that_can("babble")
def test_an_answer_that_makes_no_sense_is_an_error(stand: Stand) -> None:
    one = stand.switch()
    with stand.fault("babble"):
        for act in (one.read, one.check, lambda: one.set(5, "first")):
            with pytest.raises(AdapterError) as fault:
                act()
            assert fault.value.hint
    assert one.read().share == 0


@on.that_pick
def test_what_is_picked_moves_beside_the_share_and_back_at_once(stand: PickingStand) -> None:
    one = stand.switch()
    first, *others = stand.picks
    one_by_one = [(share, picked) for picked in others for share in (5, 0)]
    for number, (share, picked) in enumerate(
        [(0, first), (5, first), *one_by_one, (100, None), (0, first), (0, None)]
    ):
        turn(stand, one, share, f"step-{number}", picked)
        found = one.read()
        assert (found.share, found.selector) == (share, picked)
        assert stand.picked() == (picked.values if picked else ())


@on.that_pick
def test_a_selector_outlives_a_restart_and_a_used_key_changes_none(stand: PickingStand) -> None:
    one = stand.switch()
    turn(stand, one, 0, "first", stand.picks[0])
    assert stand.switch().read().selector == stand.picks[0]
    turn(stand, one, 5, "second", stand.picks[1])
    turn(stand, one, 0, "first", stand.picks[0])
    assert one.read().selector == stand.picks[1]
    assert stand.picked() == stand.picks[1].values


@on.that_pick
def test_a_kind_of_selector_that_it_cannot_do_is_refused_by_name(stand: PickingStand) -> None:
    one = stand.switch()
    turn(stand, one, 5, "first", stand.picks[0])
    for kind in set(KINDS) - set(one.ability.selectors):
        name = "x-beta" if kind == "header" else ""
        with pytest.raises(BadInput, match=f"cannot move by {kind}") as refused:
            one.set(25, "second", Selector(kind, ("x",), name))
        assert refused.value.place == "selector"
    assert (one.read().share, one.read().selector) == (5, stand.picks[0])


@on.that_do_not_pick
def test_a_switch_that_moves_percentages_only_says_so(stand: Stand) -> None:
    one = stand.switch()
    with pytest.raises(BadInput, match="cannot move by path") as refused:
        one.set(25, "first", Selector("path", ("/static/",)))
    assert refused.value.hint == "it moves percentages only"
    assert one.read().share == 0


@on.that_pick_through("deny", "half", "lie", "swallow", "cut")
def test_a_selector_set_through_a_fault_is_read_as_it_is_and_can_be_finished(
    stand: PickingStand, fault: str
) -> None:
    one = stand.switch()
    turn(stand, one, 0, "first", stand.picks[0])
    with stand.fault(fault), suppress(AdapterError):
        turn(stand, one, 5, "second", stand.picks[1])
    with suppress(PassingFault):  # two at once, which the next set ends
        found = one.read().selector
        assert (found.values if found else ()) == stand.picked()
    turn(stand, one, 5, "third", stand.picks[1])
    assert (one.read().share, one.read().selector) == (5, stand.picks[1])
    turn(stand, one, 0, "fourth")
    assert stand.picked() == ()
