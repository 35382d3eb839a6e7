"""The survey at a keyboard, with the real inbox and a real database behind it."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.channel import SendError
from bot.messaging.message import Address, Outbound
from bot.terminal.channel import TerminalChannel, converse
from skm.store.survey import responses
from tests.tools.chat import CODE, Desk, a_desk


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        yield desk


async def types(desk: Desk, *given: str, code: str = CODE) -> str:
    """What the terminal showed while these lines were typed."""
    waiting, shown = iter([*given, None]), list[str]()
    await converse(desk.inbox.receive, code, "siti", lambda: next(waiting), shown.append)
    return "\n".join(shown)


async def stored(desk: Desk) -> list[str | None]:
    async def read(conn: AsyncConnection) -> list[str | None]:
        return [said.saran async for said in responses.export(conn)]

    return await desk.db.read(read)


async def test_nine_numbers_are_a_survey(desk: Desk) -> None:
    shown = await types(desk, *"343434343", "lewati semua", "Kursi kurang", "1")
    assert "Pertanyaan 1 dari 9" in shown
    assert "[########.] 8/9" in shown
    assert shown.rstrip().splitlines()[-1].startswith("Nomor tanda terima:")
    assert await stored(desk) == ["Kursi kurang"]


async def test_labels_and_commands_work_as_in_a_chat(desk: Desk) -> None:
    shown = await types(desk, "sangat sesuai", "/bantuan", "kembali")
    assert "/hapus – hapus jawaban Anda" in shown
    assert "4  ✓ Sangat sesuai" in shown


async def test_leaving_keeps_the_place(desk: Desk) -> None:
    await types(desk, "3", "3")
    assert "Pertanyaan 3 dari 9" in await types(desk)


async def test_an_unknown_code_is_asked_again_and_can_be_typed(desk: Desk) -> None:
    shown = await types(desk, CODE, code="SALAH9")
    assert "kode SALAH9 tidak kami kenal" in shown
    assert "Pertanyaan 1 dari 9" in shown


async def test_a_terminal_cannot_be_sent_messages() -> None:
    with pytest.raises(SendError) as caught:
        await TerminalChannel().send(Address("terminal", "siti", "siti"), Outbound("Halo"))
    assert caught.value.blocked
