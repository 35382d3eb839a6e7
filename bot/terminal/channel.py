"""The keyboard and the screen."""

import signal
from collections.abc import Awaitable, Callable

from bot.channel import Limits, Send, SendError
from bot.message import Address, Inbound, Outbound
from bot.terminal.wire import inbound, lines, opening
from skm.visit import new_code

Receive = Callable[[Inbound, Send], Awaitable[None]]
Ask = Callable[[], str | None]
Tell = Callable[[str], None]


class TerminalChannel:
    """Nobody can be written to in a terminal: it answers only while somebody types."""

    name = "terminal"
    limits = Limits(text=8_000, caption=8_000, edits=False)

    async def send(self, address: Address, outbound: Outbound, *, bulk: bool = False) -> None:
        raise SendError("A terminal cannot be written to.", blocked=True)


async def converse(receive: Receive, code: str, user: str, ask: Ask, tell: Tell) -> None:
    """Begin at a collector and go on until nothing more is asked (`ask` gives None)."""
    shown: Outbound | None = None

    async def hear(outbound: Outbound) -> None:
        nonlocal shown
        shown = outbound
        tell(lines(outbound))

    await receive(opening(code, new_code(16), user), hear)
    while (line := ask()) is not None:
        await receive(inbound(line, new_code(16), user, shown), hear)


def typed() -> str | None:
    """The next line of the keyboard, None at Ctrl-D or Ctrl-C.

    Reading blocks the loop, where nothing else waits to run; so Ctrl-C must reach us at once.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return input("\n> ")
    except (EOFError, KeyboardInterrupt):
        print()
        return None
    finally:
        signal.signal(signal.SIGINT, before)
