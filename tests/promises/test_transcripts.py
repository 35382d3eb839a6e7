"""Whole conversations as both sides see them, kept as text that anybody can read.

`pytest --update-golden` writes them anew; read the difference before you commit it.
"""

import re
from pathlib import Path
from types import FunctionType

import pytest

from skm.store.survey import tickets
from tests.tools.chat import CODE, TICKETED, Chat, Desk, a_desk

GOLDEN = Path(__file__).parents[1] / "golden"
LANGUAGES = ("id", "jv", "en")


async def a_whole_survey(desk: Desk, language: str) -> Chat:
    """Greeting, nine answers with one correction, profile, comment, goodbye."""
    chat = await desk.chat(language=language).opens(CODE)
    for nilai in (4, 3, 2, 4, 3, 4, 4):
        await chat.answers_one(nilai)
    await chat.presses_last(0)  # back
    await chat.answers_one(3)
    await chat.answers_one(3)
    await chat.answers_one(4)
    for option in (0, 2, 3, 4, 0):
        await chat.answers_one(option + 1)
    await chat.types("Kursi ruang tunggu kurang.")
    await chat.presses(1)  # review
    await chat.presses(0)  # change the first
    await chat.answers_one(3)
    await chat.presses_last(0)  # go on
    return await chat.presses(0)  # finish


async def leaving_and_coming_back(desk: Desk, language: str) -> Chat:
    chat = await desk.chat(language=language).opens(CODE)
    await chat.answers_one(3)
    await chat.types("bla bla")
    await chat.presses_last(2)  # stop
    await chat.presses(0)  # resume
    await chat.types("/bahasa")
    await chat.presses_last(0)  # back to the question
    await chat.types("/bantuan")
    await chat.types("/hapus")
    return await chat.presses(0)


async def at_the_door(desk: Desk, language: str) -> Chat:
    """Everything that is said before a survey can begin."""
    await desk.db.write(lambda conn: tickets.add(conn, TICKETED, ["AB23"]))
    chat = await desk.chat(language=language).opens()
    await chat.types("ZZZZ99")
    await chat.opens(TICKETED)
    await chat.opens(f"{TICKETED}-ZZ99")
    await chat.opens(f"{TICKETED}-AB23")
    await chat.presses_last(1)  # decline
    await chat.opens(CODE)
    await chat.answers_all()
    await chat.types("/berhenti")
    await chat.opens(CODE)
    return await chat.sends_a_photo()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", [a_whole_survey, leaving_and_coming_back, at_the_door])
async def test_the_conversation_reads_as_agreed(
    story: FunctionType, language: str, database_url: str, request: pytest.FixtureRequest
) -> None:
    async with a_desk(database_url) as desk:
        chat = await story(desk, language)
    said = re.sub(r"\b[2-9A-HJ-NP-Z]{8}\b", "K7Q2M9XD", "\n".join(chat.transcript)) + "\n"
    path = GOLDEN / f"{story.__name__}.{language}.txt"
    if request.config.getoption("--update-golden"):
        path.write_text(said, encoding="utf-8")
    assert path.exists(), f"run pytest --update-golden to write {path.name}, then read it"
    assert said == path.read_text(encoding="utf-8")
