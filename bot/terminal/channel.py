"""The terminal as a channel: lines are read from the keyboard and printed."""

import signal
from collections.abc import Callable, Sequence

from bot.messaging.channel import Leaving, Limits, Receive, SendError, leave
from bot.messaging.message import Address, Outbound
from bot.messaging.rate_limit import Lane
from bot.terminal.wire import inbound, lines, opening
from skm.privacy.pseudonym import new_code

ReadLine = Callable[[], str | None]
Show = Callable[[str], None]


class TerminalChannel:
    """A terminal only answers: no message can be sent to it later."""

    name = "terminal"
    limits = Limits(text=8_000, caption=8_000, edits=False)

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        lane: Lane = Lane.REPLY,
        leaving: Leaving = leave,
    ) -> Sequence[str]:
        raise SendError("A terminal cannot be written to.", blocked=True)


async def converse(receive: Receive, code: str, user: str, ask: ReadLine, show: Show) -> None:
    """Hold a survey: begin at the collector, then process each line until `ask` returns None."""
    shown: Outbound | None = None

    async def send(outbound: Outbound) -> None:
        nonlocal shown
        shown = outbound
        show(lines(outbound))

    await receive(opening(code, new_code(16), user), send)
    while (line := ask()) is not None:
        await receive(inbound(line, new_code(16), user, shown), send)


def typed() -> str | None:
    """The next line of the keyboard, None at Ctrl-D or Ctrl-C.

    Blocks the event loop, in which nothing else runs here; Ctrl-C must end the reading at once.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return input("\n> ")
    except (EOFError, KeyboardInterrupt):
        print()
        return None
    finally:
        signal.signal(signal.SIGINT, before)
