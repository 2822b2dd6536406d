"""Probes of DNS against a real name server."""

from dataclasses import fields

from onboarding.checklists.probe_kinds import KINDS
from onboarding.checklists.probing.registry import PROBES
from tests.checklists.probing.conftest import World


def test_every_kind_has_its_function_and_the_settings_it_declares() -> None:
    assert PROBES.keys() == KINDS.keys()
    for kind, (settings, look) in PROBES.items():
        assert {one.name for one in fields(settings)} == {knob.name for knob in KINDS[kind]}, kind
        assert look.__doc__, kind


def test_a_ttl_too_high_is_told_with_the_time_caches_keep_it(world: World) -> None:
    world.names.publish("www", "A", "127.0.0.1", ttl=3600)
    seen = world.look("ttl_at_most", seconds=300)
    assert seen.passes is False
    assert "3600 s at ns.example.test" in seen.saw
    assert "300 s or less" in seen.fix
    assert "up to 3600 s" in seen.fix


def test_the_ttl_of_the_name_itself_counts_not_that_of_its_cname_target(world: World) -> None:
    world.names.publish("www", "CNAME", "edge.example.test.", ttl=120)
    world.names.publish("edge", "A", "127.0.0.1", ttl=9999)
    assert world.look("ttl_at_most", seconds=300).passes is True


def test_a_lowered_ttl_passes(world: World) -> None:
    world.names.publish("www", "A", "127.0.0.1", ttl=300)
    seen = world.look("ttl_at_most", seconds=300)
    assert seen.passes is True
    assert seen.details["authoritative"] == {"ns.example.test": 300}


def test_a_ttl_that_only_a_cache_tells_proves_nothing_good(world: World) -> None:
    world.names.publish("www", "A", "127.0.0.1", ttl=60)
    world.names.authoritative = False
    seen = world.look("ttl_at_most", seconds=300)
    assert seen.passes is None
    assert "not authoritative" in seen.saw
    world.names.publish("www", "A", "127.0.0.1", ttl=3600)
    assert world.look("ttl_at_most", seconds=300).passes is False


def test_a_name_server_at_a_private_address_is_not_asked(world: World) -> None:
    world.names.publish("ns", "A", "169.254.169.254")
    world.names.publish("www", "A", "127.0.0.1")
    seen = world.look("ttl_at_most", seconds=300)
    assert seen.passes is None
    assert "169.254.169.254" in seen.saw


def test_a_resolver_that_fails_blames_the_domain_and_says_so(world: World) -> None:
    world.names.silent = True
    seen = world.look("cname_target", target="edge.example.test")
    assert seen.passes is False
    assert "no answer for www.example.test" in seen.saw


def test_a_cname_that_reaches_the_edge_passes_through_others(world: World) -> None:
    world.names.publish("www", "CNAME", "shop.example.test.")
    world.names.publish("shop", "CNAME", "EDGE.example.test.")
    seen = world.look("cname_target", target="edge.example.test")
    assert seen.passes is True
    assert seen.saw == "www.example.test → shop.example.test → edge.example.test"


def test_a_cname_elsewhere_is_told_with_the_record_to_publish(world: World) -> None:
    world.names.publish("www", "CNAME", "old.example.test.")
    seen = world.look("cname_target", target="edge.example.test")
    assert seen.passes is False
    assert seen.fix == "publish: www.example.test. CNAME edge.example.test."


def test_a_loop_of_cnames_is_named(world: World) -> None:
    world.names.publish("www", "CNAME", "shop.example.test.")
    world.names.publish("shop", "CNAME", "www.example.test.")
    seen = world.look("cname_target", target="edge.example.test")
    assert seen.passes is False
    assert "www.example.test → shop.example.test → www.example.test" in seen.saw


def test_the_top_of_a_zone_passes_with_the_addresses_of_the_edge(world: World) -> None:
    world.names.publish("@", "A", "127.0.0.2")
    world.names.publish("edge", "A", "127.0.0.2", "127.0.0.3")
    assert world.look("cname_target", "example.test", target="edge.example.test").passes is True
    world.names.publish("@", "A", "127.0.0.9")
    seen = world.look("cname_target", "example.test", target="edge.example.test")
    assert seen.passes is False
    assert "127.0.0.9" in seen.saw


def test_caa_of_a_parent_forbids_and_the_record_to_add_is_given(world: World) -> None:
    world.names.publish("@", "CAA", '0 issue "other.example; account=7"')
    world.names.publish("www", "A", "127.0.0.1")
    seen = world.look("caa_allows", ca="ca.example")
    assert seen.passes is False
    assert seen.saw == "the CAA records of example.test allow other.example, not ca.example"
    assert seen.fix == 'add: example.test. CAA 0 issue "ca.example"'


def test_the_nearest_caa_records_count(world: World) -> None:
    world.names.publish("@", "CAA", '0 issue ";"')
    world.names.publish("www", "CAA", '0 issue "CA.example"', '0 iodef "mailto:a@example.test"')
    assert world.look("caa_allows", ca="ca.example").passes is True
    nobody = world.look("caa_allows", "api.example.test", ca="ca.example")
    assert nobody.passes is False
    assert "allow nobody" in nobody.saw


def test_a_wildcard_name_follows_issuewild(world: World) -> None:
    world.names.publish("@", "CAA", '0 issue "ca.example"', '0 issuewild "wild.example"')
    assert world.look("caa_allows", "*.example.test", ca="ca.example").passes is False
    assert world.look("caa_allows", "*.example.test", ca="wild.example").passes is True
    assert world.look("caa_allows", "www.example.test", ca="ca.example").passes is True


def test_without_caa_any_authority_may_issue(world: World) -> None:
    seen = world.look("caa_allows", ca="ca.example")
    assert seen.passes is True
    assert "any CA" in seen.saw


def test_a_critical_caa_record_that_nobody_knows_forbids(world: World) -> None:
    world.names.publish("@", "CAA", '128 novel "1"', '0 issue "ca.example"')
    assert world.look("caa_allows", ca="ca.example").passes is False


def test_ipv6_wants_a_record_and_somebody_behind_it(world: World) -> None:
    world.names.publish("www", "A", "127.0.0.1")
    missing = world.look("ipv6")
    assert missing.passes is False
    assert "no AAAA record" in missing.saw
    world.names.publish("www", "AAAA", "::1")
    refused = world.look("ipv6")
    assert refused.passes is False
    assert "nothing listens at www.example.test (::1)" in refused.saw
    world.site("www", "::1")
    assert world.look("ipv6").passes is True


def test_several_names_are_one_answer_that_names_the_one_that_fails(world: World) -> None:
    for label, ttl in (("www", 60), ("api", 60), ("img", 7200)):
        world.names.publish(label, "A", "127.0.0.1", ttl=ttl)
    names = [f"{label}.example.test" for label in ("www", "api", "img")]
    seen = world.look("ttl_at_most", *names, seconds=300)
    assert seen.passes is False
    assert seen.saw.startswith("img.example.test has a TTL of 7200 s")
    assert seen.details["www.example.test"]["passes"] is True
    assert seen.details["img.example.test"]["authoritative"] == {"ns.example.test": 7200}
    assert seen.details["img.example.test"]["resolver"] == 7200


def test_a_fact_that_nobody_answered_is_asked_for(world: World) -> None:
    seen = world.look("cname_target", facts={"edge_hostname": ""})
    assert seen.passes is None
    assert seen.fix == "answer: Which edge hostname serves them?"
    assert world.look("hsts", facts={"edge_hostname": ""}, at="edge").passes is None


def test_a_cname_that_only_caches_do_not_know_yet_is_told_apart_from_one_not_published(
    world: World,
) -> None:
    world.names.publish("www", "CNAME", "edge.example.test.")
    world.names.remember("www", "CNAME", "old.example.test.")
    seen = world.look("cname_target", target="edge.example.test")
    assert seen.passes is False
    assert "wait until caches forget" in seen.fix
    assert seen.details["authoritative"] == {"ns.example.test": ["CNAME edge.example.test"]}
    assert seen.details["resolver"] == ["CNAME old.example.test"]


def test_a_cname_that_a_name_server_no_longer_tells_does_not_pass(world: World) -> None:
    world.names.publish("www", "CNAME", "old.example.test.")
    world.names.remember("www", "CNAME", "edge.example.test.")
    seen = world.look("cname_target", target="edge.example.test")
    assert seen.passes is False
    assert "but ns.example.test tells CNAME old.example.test" in seen.saw
    assert "publish: www.example.test. CNAME edge.example.test." in seen.fix


def test_a_caa_record_that_no_cache_knows_yet_forbids_already(world: World) -> None:
    world.names.publish("@", "CAA", '0 issue "other.example"')
    world.names.remember("@", "CAA", '0 issue "ca.example"')
    seen = world.look("caa_allows", ca="ca.example")
    assert seen.passes is False
    assert seen.saw.endswith("allow other.example, not ca.example, at ns.example.test")
    assert seen.details["resolver"] == ['CAA 0 issue "ca.example"']


def test_an_aaaa_record_that_caches_do_not_know_yet(world: World) -> None:
    world.names.publish("www", "AAAA", "::1")
    world.names.remember("www", "AAAA")
    seen = world.look("ipv6")
    assert seen.passes is False
    assert "wait until caches forget" in seen.fix
    assert seen.details["authoritative"] == {"ns.example.test": ["AAAA ::1"]}


def test_name_servers_that_tell_nothing_decide_nothing(world: World) -> None:
    world.names.publish("www", "CNAME", "edge.example.test.")
    world.names.authoritative = False
    seen = world.look("cname_target", target="edge.example.test")
    assert seen.passes is True
    assert seen.details["authoritative"] == {}
    assert "not authoritative" in seen.details["silent"]["ns.example.test"]
