"""/salinan: a citizen gets a copy of everything that is stored of theirs, and of nobody else's."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.schema.survey import response, visit
from tests.tools.chat import CODE, Desk, a_desk


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        yield desk


async def test_the_copy_has_every_answer_the_profile_and_the_comment(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).answers_all(3)
    await chat.taps("Perempuan", "Lewati semua")
    await chat.types("Kursi kurang")
    await chat.types("Loketnya juga")
    receipt = chat.screen.choices[0].data.partition(".")[0]
    await chat.taps("Selesai")
    await chat.types("/salinan")
    chat.hears(
        "Survei: 1.", "Puskesmas Pajang, Pendaftaran, 23 November 2026", "telegram", receipt,
        "Persyaratan: Sesuai", "Biaya: Murah", "Jenis kelamin: Perempuan", "Saran: Kursi kurang",
        "Loketnya juga",
    )  # fmt: skip
    assert chat.screen.text.count(": ") >= 9 + 1 + 1


async def test_the_copy_has_open_and_unfinished_surveys_too(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).answers_one(2)
    desk.time.passes(days=4)  # it lapses
    await (await chat.opens(CODE)).answers_one(4)
    await chat.types("/salinan")
    chat.hears("Survei: 2.", "Tidak diselesaikan", "Persyaratan: Sangat sesuai")


async def test_nobody_gets_the_copy_of_another(desk: Desk) -> None:
    await (await desk.chat().opens(CODE)).answers_all(3)
    other = await desk.chat().types("/salinan")
    other.hears("Tidak ada jawaban Anda yang masih kami simpan.")


async def test_a_copy_longer_than_a_message_comes_in_several_and_whole(desk: Desk) -> None:
    chat = desk.chat()
    for number in range(12):
        await (await chat.opens(CODE)).answers_all(3)
        await chat.taps("Lewati semua")
        await chat.types(f"Saran nomor {number}: {'sangat panjang ' * 60}")
        await chat.taps("Selesai")
        desk.time.passes(days=2)
    heard = len(chat.screens)
    await chat.types("/salinan")
    pages = [screen.text for screen in chat.screens[heard:]]
    assert len(pages) > 1
    assert max(len(page.encode("utf-16-le")) // 2 for page in pages) <= 4096
    assert all(f"Saran nomor {number}: sangat" in "\n".join(pages) for number in range(12))


async def test_answers_to_an_earlier_questionnaire_are_in_the_copy_by_their_code(
    desk: Desk,
) -> None:
    chat = await (await desk.chat().opens(CODE)).answers_all(3)
    await chat.taps("Lewati semua", "Selesai")

    async def earlier(conn: AsyncConnection) -> None:
        for table in (visit, response):
            await conn.execute(update(table).values(instrument="skm9-0"))

    await desk.db.write(earlier)
    await chat.types("/salinan")
    chat.hears("U1: 3", "U9: 3")


async def test_after_hapus_there_is_nothing_to_copy(desk: Desk) -> None:
    chat = await (await desk.chat(user="siti").opens(CODE)).answers_all(3)
    await chat.types("/hapus")
    await chat.taps("Ya, hapus")
    await chat.types("/salinan")
    chat.hears("Tidak ada jawaban Anda")
