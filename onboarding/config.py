"""Typed settings, read once from the environment and checked at start."""

import hashlib
import json
import os
import re
import secrets
import tempfile
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from onboarding.addresses import literal, networks
from onboarding.errors import BadInput
from onboarding.mail_settings import MailSettings

LONGEST_SOCKET_PATH = 100  # the system's limit is 104 bytes on some systems, 108 on others
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
ROOT = Path(__file__).resolve().parent.parent


class Settings(MailSettings):
    """What an operator may set; each field is the environment variable of the same name, with
    the prefix `TURNUP_` unless an alias says otherwise."""

    model_config = SettingsConfigDict(env_prefix="TURNUP_", extra="ignore", frozen=True)

    home: Path = Field(Path("var"), description="where data and keys live")
    database_url: str = Field("", validation_alias="DATABASE_URL")
    redis_url: str = Field("", validation_alias="REDIS_URL")
    public_url: str = Field("http://127.0.0.1:8000", description="how people reach the web")
    secret_key: str = Field("", description="signs sessions and links; made and kept in home")
    trail_key: str = Field("", description="signs the trail; made and kept in home")
    checklists: Path = Field(ROOT / "checklists", description="where checklist templates lie")
    edge_hostname: str = Field(
        "", description="the edge hostname customers are given; {slug} stands for a customer's name"
    )
    issuing_ca: str = Field("", description="the CA of the edge's certificates, as in CAA records")
    pager_url: str = Field(
        "https://events.pagerduty.com/v2/enqueue", description="where Events v2 of a pager go"
    )
    tracker_url: str = Field(
        "", description="webhook that hears of tickets linked to another tracker; empty: none"
    )
    probe_allow: str = Field("", description="private networks probes may reach: 10.20.0.0/16, …")
    api_allow: str = Field(
        "", description="private networks where APIs may be: switches, metrics, webhooks"
    )
    access_logs: str = Field(
        "", description="folders that access logs may be followed in, separated by commas"
    )
    probe_resolvers: str = Field("", description="DNS resolvers of probes; empty: the system's")
    error_limit: float = Field(
        1.0, gt=0, le=1, description="the most errors of any step, a ratio; 0.02 is 2 %"
    )
    show_outlook: bool = Field(
        True, description="customers see when they can go live, unless a turn-up says otherwise"
    )
    show_standby: Literal["names", "teams", "nobody"] = Field(
        "names",
        description="who stands by, as customers see it: first names with teams, teams alone, nobody",
    )
    quiet_days: int = Field(
        7, ge=1, le=365, description="days without an act of a customer before a reminder"
    )
    risk_days: int = Field(
        7, ge=0, le=365, description="days from that reminder until the turn-up is at risk"
    )
    nudge_manager_days: int = Field(
        2, ge=0, le=365, description="days from the owner's reminder to the account manager's"
    )
    posts_approved: bool = Field(
        False, description="posts by hand to customers or the public wait for a second person"
    )
    posts_every_minutes: int = Field(
        30, ge=5, le=1440, description="minutes between updates that a running cutover promises"
    )
    demand_reachable: bool = Field(
        False, description="a flip waits until everyone on its roster has proved a way to be paged"
    )
    confirm_remind_hours: int = Field(
        48,
        ge=0,
        le=8760,
        description="hours before a window at which who has not answered is reminded",
    )
    confirm_replace_hours: int = Field(
        24,
        ge=0,
        le=8760,
        description="hours before a window at which who has not answered is replaced",
    )
    proof_days: int = Field(
        14,
        ge=0,
        le=365,
        description="days for which a roll-back proved on the switch counts; 0: none",
    )
    rehearsal_days: int = Field(
        0, ge=0, le=365, description="days within which a rehearsal must have ended well; 0: none"
    )
    irc_url: str = Field(
        "", description="the IRC server of rooms: ircs://turnup@irc.example.net:6697"
    )
    irc_prefix: str = Field("#turnup-", description="how the names of IRC channels begin")
    slack_url: str = Field("https://slack.com/api", description="where Slack's web API is")
    mattermost_url: str = Field("", description="the Mattermost server of rooms")
    mattermost_team: str = Field("", description="the team there that channels are made in")
    bridges: str = Field(
        "", description="what rooms are bridged to: irc, slack, mattermost, webhook; empty: nothing"
    )
    secure_cookies: bool = False
    log_level: str = "INFO"

    @field_validator("database_url", "redis_url")
    @classmethod
    def _addresses_of_servers(cls, text: str, field: ValidationInfo) -> str:
        known = SERVERS[field.field_name or ""]
        if text and not text.startswith(known):
            raise ValueError(f"this is no address of a server: expected {' or '.join(known)}…")
        return text

    @field_validator("log_level")
    @classmethod
    def _levels_only(cls, text: str) -> str:
        if text.upper() not in LEVELS:
            raise ValueError(f"{text!r} is no level: expected one of {', '.join(LEVELS)}")
        return text.upper()

    @field_validator("irc_url")
    @classmethod
    def _irc_only(cls, text: str) -> str:
        parts = urlsplit(text)
        nick = parts.username or "turnup"
        if text and (parts.scheme not in ("irc", "ircs") or not parts.hostname or parts.password):
            raise ValueError("expected such as ircs://nick@irc.example.net:6697, no password in it")
        if not re.fullmatch(r"[A-Za-z\[\]\\`_^{|}][\w\[\]\\`^{|}-]{0,29}", nick, re.ASCII):
            raise ValueError(f"{nick!r} is no nick: letters, digits and -_ after a letter")
        return text

    @field_validator("irc_prefix")
    @classmethod
    def _channels_only(cls, text: str) -> str:
        if not re.fullmatch(r"[#&][a-z0-9_-]{0,20}", text):
            raise ValueError("expected # and at most 20 small letters, digits, - or _")
        return text

    @field_validator("slack_url", "mattermost_url")
    @classmethod
    def _web_only(cls, text: str) -> str:
        if text and not re.match(r"https?://[^/\s]+", text):
            raise ValueError("this is no address: expected https://…")
        return text.rstrip("/")

    @field_validator("bridges")
    @classmethod
    def _bridges_only(cls, text: str, field: ValidationInfo) -> str:
        for word in text.replace(",", " ").split():
            needs = BRIDGES.get(word)
            if needs is None:
                raise ValueError(f"{word!r} is no bridge: expected some of {', '.join(BRIDGES)}")
            for name in needs:
                if name in field.data and not field.data[name]:
                    raise ValueError(f"{word} needs TURNUP_{name.upper()} as well")
        return text

    @field_validator("probe_allow", "api_allow")
    @classmethod
    def _networks_only(cls, text: str) -> str:
        try:
            networks(text, "")
        except BadInput as wrong:
            raise ValueError(wrong.line()) from wrong
        return text

    @field_validator("probe_resolvers")
    @classmethod
    def _addresses_only(cls, text: str) -> str:
        for word in text.replace(",", " ").split():
            if literal(word) is None:
                raise ValueError(f"{word!r} is no IP address; expected such as 192.0.2.53")
        return text

    @property
    def database(self) -> str:
        """The database address; SQLite in `home` where none is set."""
        if self.database_url.startswith(("postgres://", "postgresql://")):
            return "postgresql+psycopg://" + self.database_url.partition("://")[2]
        return self.database_url or f"sqlite:///{self.home.resolve() / 'turnup.db'}"

    @property
    def redis(self) -> str:
        """The Redis address; the embedded server's socket in `home` where none is set."""
        return self.redis_url or f"unix://{socket_of(self.home)}"

    @property
    def bridged_to(self) -> tuple[str, ...]:
        """The kinds of bridges that are set up, in the order of `BRIDGES`."""
        words = self.bridges.replace(",", " ").split()
        return tuple(kind for kind in BRIDGES if kind in words)

    def key(self, name: str) -> str:
        """The secret called `name` ("secret" or "trail"): from the environment, else from
        `home/keys.json`, which is made with fresh secrets on first use, readable by its owner."""
        given: str = getattr(self, f"{name}_key")
        return given or _kept_keys(self.home)[name]


#: What rooms can be bridged to, and the settings that each needs.
BRIDGES: dict[str, tuple[str, ...]] = {
    "irc": ("irc_url",),
    "slack": ("slack_url",),
    "mattermost": ("mattermost_url", "mattermost_team"),
    "webhook": (),
}

#: What the addresses of servers begin with.
SERVERS = {
    "database_url": ("postgresql://", "postgres://", "postgresql+psycopg://", "sqlite:///"),
    "redis_url": ("redis://", "rediss://", "unix://"),
}


def socket_of(home: Path) -> Path:
    """Where the embedded Redis of the data folder `home` listens.

    A socket's path may not be long: that of a deep `home` lies in the system's temporary folder.
    """
    path = home.resolve() / "redis" / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"turnup-{os.getuid()}-{name}" / "redis.sock"


def _kept_keys(home: Path) -> dict[str, str]:
    path = home / "keys.json"
    if not path.exists():
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as wrong:
            raise BadInput(
                f"the data folder cannot be made: {wrong}",
                place="TURNUP_HOME",
                hint="name a folder that may be written to",
            ) from wrong
        fresh = {"secret": secrets.token_hex(32), "trail": secrets.token_hex(32)}
        draft = home / f"keys.{os.getpid()}.tmp"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(fresh))
        try:  # a link fails where another process was first; its keys are then ours
            os.link(draft, path)
        except FileExistsError:
            pass
        draft.unlink()
    keys: dict[str, str] = json.loads(path.read_text())
    return keys


@cache
def settings() -> Settings:
    """The settings of this process. Raises BadInput naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = "_".join(map(str, first["loc"])).upper()
        if name.lower() not in SERVERS:
            name = f"TURNUP_{name}"
        said = first["msg"].removeprefix("Value error, ")
        raise BadInput(said, place=name, hint="correct it in the environment") from wrong
