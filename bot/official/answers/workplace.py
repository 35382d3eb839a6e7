"""`/kerja`: a link that signs the official in to the pages, once and within five minutes."""

from bot.messaging.links import Links
from bot.messaging.message import Replies
from bot.request.request import Request
from skm.store.officials import sessions


async def answer(request: Request, *, links: Links, reachable: bool) -> Replies:
    """The link. `reachable`: whether the pages can be opened from outside."""
    if not reachable:
        return request.reply("workplace.unreachable")
    official, now = request.official.id, request.now
    token = await request.db.write(lambda conn: sessions.offer(conn, official, now))
    return request.reply("workplace.link", link=f"{links.base}/kerja/masuk/{token}")
