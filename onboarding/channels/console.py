"""The console: letters are printed on stderr, where whoever started Turnup sees them."""

import sys

from onboarding.channels.base import Letter


class ConsoleChannel:
    """Needs nothing; the default for mail where no mail server is set."""

    def send(self, letter: Letter) -> str:
        lines = [f"To: {letter.recipient}", f"Subject: {letter.subject}", "", letter.text]
        sys.stderr.write("\n".join(f"  | {line}" for line in "\n".join(lines).splitlines()) + "\n")
        sys.stderr.flush()
        return "printed"
