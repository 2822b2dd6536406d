"""Put the house together: `create_core` for workers and commands, `create_app` for the web."""

import sys

import structlog
from flask import Flask
from htmx_flask import Htmx

from onboarding.api.alerts import alerts_api
from onboarding.api.articles import articles_api
from onboarding.api.customers import customers_api
from onboarding.api.health import health
from onboarding.api.obstacles import obstacles_api
from onboarding.api.openapi import openapi
from onboarding.api.people import people_api
from onboarding.api.push import pushing
from onboarding.api.reports import reports_api
from onboarding.api.stop import stop_api
from onboarding.board.articles import articles
from onboarding.board.bulk_views import bulk_views
from onboarding.board.cockpit import cockpit
from onboarding.board.import_views import imports
from onboarding.board.kept_views import kept_views
from onboarding.board.moves import moves
from onboarding.board.people_views import people_pages
from onboarding.board.signup import signup
from onboarding.board.staffing_views import staffing
from onboarding.board.style import style
from onboarding.board.team_views import team_pages
from onboarding.board.timeline_views import timelines
from onboarding.board.views import board
from onboarding.board.workspace import workspace
from onboarding.brands.views import brands
from onboarding.bridges.api import bridging
from onboarding.bridges.views import bridges
from onboarding.checklists.change_views import changing
from onboarding.checklists.guide_views import guide
from onboarding.checklists.probe_views import probing
from onboarding.checklists.views import checklists
from onboarding.comparisons.views import comparisons
from onboarding.config import ROOT, Settings, settings
from onboarding.configs.views import configs
from onboarding.customers.team_views import team
from onboarding.customers.views import customers
from onboarding.cutovers.obstacle_views import obstacles
from onboarding.cutovers.ship_views import shipping_pages
from onboarding.cutovers.views import cutovers
from onboarding.cutovers.wish_views import wish_pages
from onboarding.db import init_db
from onboarding.forecasts.capacity_views import capacity_pages
from onboarding.forecasts.history_views import histories_pages
from onboarding.forecasts.intake_views import intakes
from onboarding.forecasts.source_views import source_pages
from onboarding.forecasts.views import forecasts
from onboarding.inbox.views import inbox
from onboarding.knowledge.asking_views import suggesting
from onboarding.knowledge.question_views import question_pages
from onboarding.knowledge.request_views import request_pages
from onboarding.knowledge.views import knowledge
from onboarding.live import pings
from onboarding.outreach.answer_views import outreach_answers
from onboarding.outreach.api import outreach_api
from onboarding.outreach.own_views import own_outreach
from onboarding.outreach.round_views import round_views
from onboarding.outreach.views import outreach
from onboarding.outreach.wiring_views import wiring_views
from onboarding.paging.api import pages_api
from onboarding.paging.views import paging
from onboarding.people.access import init_access
from onboarding.people.path_views import training_pages
from onboarding.people.profile_views import profiles_pages
from onboarding.people.rotation_views import rotations
from onboarding.people.team_views import teams_pages
from onboarding.people.views import people
from onboarding.posts.delivery_views import deliveries
from onboarding.posts.public_views import public_status
from onboarding.posts.subscription_views import subscriptions
from onboarding.posts.views import posts
from onboarding.posts.wording_views import wording_pages
from onboarding.queues import wake
from onboarding.ramps.guard_views import guards
from onboarding.ramps.plan_views import plans
from onboarding.ramps.stop_views import stops
from onboarding.ramps.views import ramps
from onboarding.readiness.gate_views import gating
from onboarding.readiness.views import readiness
from onboarding.reports.after_views import after_pages
from onboarding.reports.cutover_views import flip_reports
from onboarding.reports.views import reports
from onboarding.rooms.keeping_views import keeping
from onboarding.rooms.request_views import wished
from onboarding.rooms.views import rooms
from onboarding.rosters.choice_views import roster_choices
from onboarding.rosters.feed_views import feed
from onboarding.rosters.invitation_views import invitations
from onboarding.rosters.swap_views import seat_swaps
from onboarding.rosters.views import rosters
from onboarding.sharing.asking_views import asked
from onboarding.sharing.following_views import following
from onboarding.sharing.link_views import share_links
from onboarding.sharing.lock_views import lock_pages
from onboarding.sharing.offer_views import offers
from onboarding.sharing.report_views import shared_reports
from onboarding.sharing.views import sharing
from onboarding.tickets.api import tickets_api
from onboarding.tickets.follow_views import followed
from onboarding.tickets.live_views import ticket_live
from onboarding.tickets.own_views import questions
from onboarding.tickets.promised_views import promising
from onboarding.tickets.score_views import scores
from onboarding.tickets.tone_views import tone_pages
from onboarding.tickets.tracker_views import tracked, tracking
from onboarding.tickets.views import tickets
from onboarding.tickets.working_views import working
from onboarding.trail.log import committed
from onboarding.web.addresses import init_addresses
from onboarding.web.csrf import init_csrf
from onboarding.web.files import init_files
from onboarding.web.language import init_language
from onboarding.web.limits import init_limits
from onboarding.web.navigation import init_navigation
from onboarding.web.problems import init_problems
from onboarding.web.security import init_security
from onboarding.web.times import init_times
from onboarding.windows.views import windows

#: Jobs that read the trail on, woken after each commit to it; named, not imported: the web stays light.
FOLLOWERS = (
    "onboarding.cutovers.jobs.follow",
    "onboarding.rosters.jobs.follow",
    "onboarding.readiness.jobs.follow",
    "onboarding.posts.jobs.follow",
    "onboarding.rooms.jobs.follow",
    "onboarding.nudges.jobs.follow",
    "onboarding.tickets.knowing_jobs.follow",
)

BLUEPRINTS = (
    people,
    people_pages,
    profiles_pages,
    team_pages,
    teams_pages,
    training_pages,
    tone_pages,
    staffing,
    rotations,
    paging,
    pages_api,
    alerts_api,
    customers,
    team,
    knowledge,
    suggesting,
    question_pages,
    request_pages,
    checklists,
    tickets,
    working,
    ticket_live,
    promising,
    tracking,
    tracked,
    questions,
    scores,
    followed,
    tickets_api,
    changing,
    guide,
    probing,
    configs,
    comparisons,
    forecasts,
    intakes,
    histories_pages,
    capacity_pages,
    source_pages,
    cutovers,
    obstacles,
    shipping_pages,
    wish_pages,
    windows,
    rosters,
    feed,
    invitations,
    seat_swaps,
    roster_choices,
    readiness,
    gating,
    rooms,
    keeping,
    wished,
    bridges,
    bridging,
    outreach,
    outreach_answers,
    round_views,
    outreach_api,
    own_outreach,
    wiring_views,
    posts,
    subscriptions,
    wording_pages,
    deliveries,
    public_status,
    sharing,
    lock_pages,
    asked,
    share_links,
    shared_reports,
    offers,
    brands,
    following,
    inbox,
    signup,
    workspace,
    style,
    board,
    kept_views,
    moves,
    bulk_views,
    imports,
    cockpit,
    articles,
    timelines,
    flip_reports,
    after_pages,
    reports,
    health,
    pushing,
    articles_api,
    customers_api,
    obstacles_api,
    reports_api,
    stop_api,
    openapi,
    people_api,
    ramps,
    stops,
    guards,
    plans,
)


def create_core(given: Settings | None = None) -> Flask:
    """An app with the database and nothing of the web: for workers, conductor and commands."""
    chosen = given or settings()
    app = Flask("onboarding", root_path=str(ROOT))
    app.config["SECRET_KEY"] = chosen.key("secret")
    init_db(app, chosen)
    pings.connect()
    committed.connect(_wake_followers)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # plain tracebacks: the pretty ones print local variables, secrets among them
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(chosen.log_level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # stderr as it is then
    )
    return app


def _wake_followers(_sender: object, stream: str, number: int) -> None:
    wake(FOLLOWERS)


def create_app(given: Settings | None = None) -> Flask:
    """The web app with every blueprint."""
    chosen = given or settings()
    app = create_core(chosen)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Htmx(app)
    init_addresses(app)
    init_files(app)
    init_problems(app)
    init_csrf(app)
    init_limits(app, chosen)
    init_security(app, chosen)
    init_access(app)
    init_times(app)
    init_language(app)
    init_navigation(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
