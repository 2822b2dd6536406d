"""Every kind of probe: its settings, typed, and the function that looks.

Add a row here and its settings to `onboarding.checklists.probe_kinds`; docs/recipes.md has the way.
"""

from collections.abc import Callable, Mapping
from typing import Any

from onboarding.checklists.probing import dns_probes, http_probes, tls_probes, wanted
from onboarding.checklists.probing.network import Network
from onboarding.checklists.probing.seen import Seen
from onboarding.checklists.probing.target import Target

Look = Callable[[Target, Any, Network], Seen]

#: kind: (its settings, what looks). A function raises NotSeen where nothing could be seen.
PROBES: Mapping[str, tuple[type[Any], Look]] = {
    "ttl_at_most": (wanted.TtlAtMost, dns_probes.ttl_at_most),
    "cname_target": (wanted.CnameTarget, dns_probes.cname_target),
    "caa_allows": (wanted.CaaAllows, dns_probes.caa_allows),
    "certificate_names": (wanted.At, tls_probes.certificate_names),
    "certificate_days_left": (wanted.DaysLeft, tls_probes.certificate_days_left),
    "http_status": (wanted.Status, http_probes.http_status),
    "redirect_chain": (wanted.Redirects, http_probes.redirect_chain),
    "http_header": (wanted.Header, http_probes.http_header),
    "tls_version": (wanted.Tls, tls_probes.tls_version),
    "origin_answers": (wanted.Origin, http_probes.origin_answers),
    "cache_hit_on_second": (wanted.CacheHeader, http_probes.cache_hit_on_second),
    "compression": (wanted.Page, http_probes.compression),
    "hsts": (wanted.Hsts, http_probes.hsts),
    "ipv6": (wanted.At, dns_probes.ipv6),
}
