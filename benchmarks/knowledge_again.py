"""Questions that were asked before in other words: (first, its answer, asked again). As with
`knowledge_questions`, thresholds were chosen with the first set alone."""

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
)  # fmt: skip
HELD_OUT: tuple[tuple[str, str, str], ...] = (
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
