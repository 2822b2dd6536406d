"""Something under Knowledge and Training for every page that links lead to."""

from collections.abc import Mapping

from onboarding import clock
from onboarding.cli.demo_story import by
from onboarding.db import transaction
from onboarding.knowledge import actions, jobs, questions, requests
from onboarding.people import paths
from onboarding.people.models import User

ASKED = (
    ("How do we purge one page?", "Our shop shows old prices"),
    ("Can I clear the cache of a single page", "It is stale"),
    ("Do you support basic auth to the origin?", ""),
    ("The origin wants a user and a password", ""),
)


def learn(staff: Mapping[str, int], customer_id: int) -> None:
    """Questions asked again and perhaps again, a draft to finish, an article with two revisions, a
    feature request, and somebody on a training path."""
    with transaction() as session:
        lead, person = (session.get_one(User, staff[name]) for name in ("omar", "olga"))
        actor = by(lead)
        for number, (title, text) in enumerate(ASKED):
            asked = questions.Asked(
                f"draft:{900 + number}", "room", "/rooms", title, text, clock.now(), customer_id
            )
            questions.ask(session, asked)
            questions.answer(session, asked.ref, "Open Cache, then Purge.", lead.id)
        given = actions.Given("What the edge keeps", "# By default\n\n- pictures\n- `css`")
        article = actions.write(session, actor, given)
        changed = actions.Given("What the edge keeps", "# By default\n\n- pictures")
        actions.revise(session, actor, article.id, changed)
        wish = requests.make(session, actor, "Logs to Splunk", "With a token")
        heard = requests.Heard("message:0:1", "/rooms", "A Splunk button", customer_id)
        requests.want(session, actor, wish.id, heard)
        said = paths.PathSaid("technical", "Cut over by DNS", "dns", "How a flip goes", 1, 2)
        path = paths.make(session, actor, lead.team, said)
        trainee = paths.begin(session, actor, path, person, lead.id)
        today = clock.now().date()
        paths.note(session, actor, lead, trainee, "session", "How a flip goes", today, lead.id)
    jobs.compare()
