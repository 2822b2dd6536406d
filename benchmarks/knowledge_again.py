"""Questions that were asked before in other words: (first, its answer, asked again). As with
`knowledge_questions`, thresholds and synonyms were chosen with the first set alone."""

WORKING: tuple[tuple[str, str, str], ...] = (
    ("Can we have the emergency phone number for the night of the launch?", "There is none; write to the emergency address of your plan and somebody calls you back within ten minutes.", "whom do we reach at night if something breaks during go-live"),
    ("Do you support HTTP basic auth towards the origin?", "Yes: set the Authorization header under Origin; it is sealed and sent with every request to your server.", "our backend needs a username and password, can the edge send it"),
    ("Why does the robots.txt differ on the new path?", "The edge serves its own robots.txt on staging hostnames. On the real hostname yours is passed through.", "search engines blocked by a robots file that is not ours"),
    ("Is there a maintenance page we can switch on?", "Put a page under Errors and turn on Maintenance: every request is answered with it and status 503.", "how to show a we'll be back soon page while we deploy"),
    ("How many hostnames can one configuration hold?", "Up to 200 hostnames share a configuration; beyond that make a second one.", "limit of domains per config?"),
    ("Our monitoring pings fail with 403 since the switch", "The bot rules refused your monitor. Its addresses are exempt now; send us new ones when they change.", "pingdom checks are forbidden after moving over"),
    ("Can old URLs be redirected at the edge?", "Upload a list of old and new addresses under Redirects, up to 10,000 lines; they are answered with 301 before the origin is asked.", "we have a csv with thousands of redirects, where does it go"),
    ("Do you keep personal data of our visitors?", "Addresses in logs are kept for 7 days and then cut; a data processing agreement is in your workspace under Documents.", "gdpr: for how long are visitor ips stored"),
    ("The video player stalls at the start of a stream", "Range requests of large files need Segmented caching; it is switched on for your video path now.", "mp4 playback buffering for seconds before it starts"),
    ("Can the switch happen on a Sunday?", "Yes, where enough people can stand by: choose a window on your page; Sundays before 10:00 UTC are the quietest.", "is a weekend cutover possible"),
    ("Is it possible to serve different content for mobile phones?", "The edge sets X-Device to phone, tablet or desktop; vary on it and answer with what fits.", "we want another page for smartphones than for desktop"),
    ("We need an invoice split by department", "Set a cost centre on each hostname; the invoice then has one section for each.", "can billing be separated per business unit"),
    ("How do we give our agency access for a month?", "Invite them as editors with an end date under People; they lose access on that day by themselves.", "temporary account for an external contractor"),
    ("Our app pins the certificate, what do we do?", "Tell us before: we keep the same key over renewals so that the pin holds, or upload your own certificate.", "mobile application uses ssl pinning, will it break"),
    ("Where are your locations in South America?", "São Paulo, Rio, Buenos Aires, Santiago, Bogotá and Lima; the map is at /locations.", "do you have points of presence in brazil and chile"),
    ("Uploads are cut off at 30 seconds", "The time limit for request bodies was 30 s; it is 300 s for your upload path now.", "sending big files aborts after half a minute"),
    ("Can I see who changed the configuration?", "Every version has its author and time under Configuration, with the differences.", "audit log for config edits?"),
    ("The staging site must not be public", "Protect it with a list of addresses or a password under Access; search engines are kept out then too.", "how to restrict our test environment to office network"),
    ("GraphQL POST requests should be cached", "Turn on caching of POST with the body's digest in the key for /graphql, for queries only.", "cache graphql queries sent by post"),
    ("Emails from our domain stopped after we moved the zone", "MX and SPF records were missing in the new zone; copy all records that are not for the web too.", "mail delivery broken since dns migration"),
)  # fmt: skip
HELD_OUT: tuple[tuple[str, str, str], ...] = (
    ("How do I purge everything under /blog?", "Send a purge by prefix: on the cache page enter /blog/ and press Purge, or POST it to the API.", "is there a way to flush one whole folder at once"),
    ("Which TLS versions do you accept from browsers?", "1.2 and 1.3; 1.0 and 1.1 are refused since 2024.", "does an old client with tls 1.1 still get in"),
    ("Can several people of ours get the status mails?", "Each of them subscribes on the page of the turn-up; a mailing list works too.", "add my colleagues to the updates about the migration"),
    ("Why do we see more requests at our origin since the cutover?", "The cache starts empty in each region; the hit ratio is back within a day.", "origin load went up after the switch, is that normal"),
    ("Do you pass the visitor's IP address on?", "It is in X-Forwarded-For and in True-Client-IP; trust it only from our addresses.", "our backend logs show only your addresses instead of the real client"),
    ("How long does a DNS change take until all see it?", "As long as the old TTL was; lower it a day before.", "when will the new cname have reached everybody"),
    ("Can we test the new path before anybody else uses it?", "Yes: send your own requests with the host header to the staging address, or put it in your hosts file.", "how do i try the edge on my laptop without moving users"),
    ("Requests over 8 KB of headers fail with 431", "Headers are limited to 16 KB together now for your hostnames; large cookies are the usual reason.", "431 request header fields too large for logged in users"),
    ("Is there an API to read our cache hit ratio?", "GET /stats/hit-ratio gives it by hour and hostname; the token needs the role reader.", "fetch caching statistics from a script"),
    ("Can you block visitors from certain countries?", "Under Access choose the countries; they get 451 or a page of yours.", "geo fencing for licensed content"),
    ("The preview of the site shows old images", "The staging cache keeps images for an hour; purge it there or add a version to the name.", "staging has stale pictures"),
    ("What happens if our certificate runs out during the ramp?", "The gate Certificates stays shut when one has less than 30 days; renew it first.", "our cert expires next week, can we go on with the rollout"),
)  # fmt: skip
