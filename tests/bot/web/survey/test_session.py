"""A survey in a browser that keeps no cookies, as many browsers inside other apps do."""

from collections.abc import AsyncIterator

import pytest

from skm.instansi.collector import Mode
from tests.bot.web.citizen import Citizen, word
from tests.bot.web.survey.test_channel import interviews, responden, response_of
from tests.tools.chat import Desk


@pytest.fixture
async def private(base: str) -> AsyncIterator[Citizen]:
    async with Citizen(base, False) as citizen:
        yield citizen


async def test_a_whole_survey_needs_no_cookie(desk: Desk, private: Citizen) -> None:
    await private.begins("/s/PAJANG")
    private.sees("Pertanyaan 1 dari 9", word("web.no_cookies"))
    await private.answers(4, 3, 3)
    await private.presses(word("button.back"))
    await private.presses(word("button.language"))
    await private.presses("English")
    private.sees("Question 3 of 9")
    await private.answers(2, 3, 3, 3, 3, 3, 1)
    await private.presses(word("button.skip_all", "en"))
    await private.presses(word("button.finish", "en"), text="Kursi tunggu kurang")
    assert list(private.client.cookies.jar) == []
    assert (await interviews(desk), await responden(desk)) == (1, 1)


async def test_answers_and_comment_are_those_that_were_given(desk: Desk, private: Citizen) -> None:
    await private.begins()
    await private.answers(4, 3, 2, 1, 4, 3, 2, 1, 4)
    await private.presses(word("button.skip_all"))
    await private.presses(word("web.comment_send"), text="Kursi tunggu kurang")
    stored = await response_of(private, desk)
    assert list(stored.answers.values()) == [4, 3, 2, 1, 4, 3, 2, 1, 4]
    assert stored.saran == "Kursi tunggu kurang"
    await private.presses(word("button.finish"))
    await private.presses(word("web.delete"))
    await private.presses(word("button.yes_delete"))
    assert await responden(desk) == 0


async def test_a_form_that_is_sent_twice_counts_once(desk: Desk, private: Citizen) -> None:
    await private.opens("/s/PAJANG")
    begin = private.page.all("button")[0]
    await private.submits(begin)
    await private.submits(begin)
    tapped = private.options[2]
    await private.submits(tapped)
    await private.submits(tapped)
    private.sees("Pertanyaan 2 dari 9")
    assert await interviews(desk) == 1


async def test_the_state_of_a_form_cannot_be_forged_or_exchanged(
    base: str, private: Citizen
) -> None:
    async with Citizen(base, False) as other:
        await other.begins()
        theirs = other.page.all("input", name="session")[0].attrs["value"]
    await private.begins()
    for session in ("", "e30.aaaa.bbbb", theirs):
        await private.opens("/s/PAJANG")
        await private.begins()
        await private.submits(private.options[0], session=session)
        assert private.status == 403


async def test_a_refused_form_goes_on_without_cookies(private: Citizen) -> None:
    await private.begins()
    await private.submits(private.options[0], form="kedaluwarsa")
    assert private.status == 403
    await private.answers(3)
    private.sees("Pertanyaan 2 dari 9")


async def test_a_kiosk_without_cookies_starts_anew_for_each_person(
    desk: Desk, private: Citizen
) -> None:
    for _ in range(2):
        await private.begins("/s/PAJANG?mode=bantuan")
        private.sees("Pertanyaan 1 dari 9")
        await private.answers(*[3] * 9)
        await private.presses(word("button.skip_all"))
        assert (await response_of(private, desk)).mode is Mode.ASSISTED
    assert await responden(desk) == 2


async def test_a_browser_with_cookies_carries_nothing_in_its_forms(citizen: Citizen) -> None:
    await citizen.begins()
    assert citizen.page.all("input", name="session") == []
    assert word("web.no_cookies") not in citizen.page.text


@pytest.mark.parametrize("cookies", [True, False])
@pytest.mark.parametrize("path", ["/s/PAJANG", "/s/PAJANG?mode=bantuan"])
async def test_a_signed_form_is_taken_from_a_browser_that_hides_its_origin(
    base: str, path: str, cookies: bool
) -> None:
    async with Citizen(base, cookies, Origin="null") as citizen:
        await citizen.begins(path)
        await citizen.answers(3)
        citizen.sees("Pertanyaan 2 dari 9")
        await citizen.submits(citizen.options[0], form="palsu")
        assert citizen.status == 403


async def test_an_unsigned_beginning_of_hidden_origin_is_refused(citizen: Citizen) -> None:
    await citizen.opens("/s/PAJANG")
    citizen.client.headers["Origin"] = "null"
    await citizen.submits(citizen.page.all("button")[0], begin="siti.aaaa.bbbb")
    assert citizen.status == 403
