"""Every error that Turnup raises on purpose.

TurnupError                 what happened; `hint` says what to do next
├── BadInput                the input is unusable: `place` names the field, line or key      (CLI 2, HTTP 422)
├── Negative                the work was done and its answer is "no"                         (CLI 1, HTTP 422)
├── Refused                 the state of things does not allow it                            (CLI 1, HTTP 409)
│   ├── Stale               somebody or something else was first                             (CLI 1, HTTP 409)
│   └── TooFast             too much at once from one person; a moment later it is taken     (CLI 1, HTTP 429)
├── NotAllowed              this person may not do this                                      (CLI 1, HTTP 403)
├── NotFound                there is no such thing                                           (CLI 2, HTTP 404)
└── AdapterError            a switch, metrics source or channel did not do its part          (CLI 1, HTTP 502)
    ├── PassingFault        trying again later can help (time-out, refused connection, 5xx)
    └── PermanentFault      trying again cannot help (bad address, wrong credentials, 4xx)
"""


class Marked(str):
    """A text in English that holds values, such as what was typed: `text` with a place for each in
    braces, as it is translated, and the `values`."""

    __slots__ = ("text", "values")
    text: str
    values: dict[str, object]


def marked(text: str, /, **values: object) -> str:
    """Marks a text for translation that is written down in English, such as an error's; `values`
    stand at its `{places}`. The page that shows it asks for `web.language.spoken(text)`."""
    if not values:
        return text
    said = Marked(text.format(**values))
    said.text, said.values = text, values
    return said


def nested(text: str) -> Marked:
    """A marked text as a value of another: it is translated with that one."""
    if isinstance(text, Marked):
        return text
    said = Marked(text)
    said.text, said.values = text, {}
    return said


class Figure(float):
    """A figure as a value of a marked text: it is written as the reader's language does."""

    def __str__(self) -> str:
        return f"{self:,.0f}" if self >= 10 else f"{self:.4g}"


class TurnupError(Exception):
    """What happened, in one sentence for the person who sees it.

    `hint` is what to do next, `exit_code` and `status` what the CLI and HTTP edges answer.
    """

    exit_code = 1
    status = 500

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def line(self) -> str:
        """The error as one line of text: what happened, then what to do."""
        text = f"{self.message}: {self.hint}" if self.hint else self.message
        return " ".join(text.split())


class BadInput(TurnupError):
    """Unusable input. `place` is where (field, `file:line`, JSON path), `hint` what was expected."""

    exit_code = 2
    status = 422

    def __init__(self, message: str, *, place: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.place = place

    def line(self) -> str:
        text = super().line()
        return f"{self.place}: {text}" if self.place else text


class Negative(TurnupError):
    """The work was done and came out negative, such as a roster with an empty seat."""

    status = 422


class Refused(TurnupError):
    """The state of things does not allow this now."""

    status = 409


class Stale(Refused):
    """Somebody else was first, or what the caller saw is no longer so."""


class TooFast(Refused):
    """One person asks for too much at once; a moment later it is taken."""

    status = 429


class NotAllowed(TurnupError):
    """This person may not do this."""

    status = 403


class NotFound(TurnupError):
    """There is no such thing, or not for this person."""

    exit_code = 2
    status = 404


class AdapterError(TurnupError):
    """A switch, metrics source or channel did not do its part."""

    status = 502


class PassingFault(AdapterError):
    """Trying again later can help; not before `wait_s` seconds, where the far side said so."""

    def __init__(self, message: str, *, hint: str = "", wait_s: float = 0.0) -> None:
        super().__init__(message, hint=hint)
        self.wait_s = wait_s


class PermanentFault(AdapterError):
    """Trying again cannot help until somebody changes something."""
