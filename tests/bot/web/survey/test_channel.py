"""The survey on a web page, over real sockets, with the real inbox and database behind it."""

import asyncio
import gc
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.messaging.channel import Send, SendError
from bot.messaging.message import Inbound, Outbound
from bot.web.survey.channel import WebChannel
from bot.web.survey.wire import address
from skm.instansi.collector import Mode
from skm.store.database.database import StoreError
from skm.store.schema.survey import visit
from skm.store.survey import responses, tallies, tickets
from skm.survey.response import Response
from tests.bot.web.citizen import Citizen, word
from tests.tools.chat import Desk
from tests.tools.served import served, site_of

TODAY = date(2026, 11, 23)


async def responden(desk: Desk) -> int:
    """The number of responses that are counted."""
    found = await desk.db.read(
        lambda conn: tallies.of(conn, "PAJANG", TODAY, TODAY + timedelta(days=9))
    )
    return sum(tally.n for tally in found.values())


async def interviews(desk: Desk) -> int:
    """The number of interviews."""
    found = await desk.db.read(lambda conn: conn.execute(select(visit.c.id)))
    return len(found.all())


async def response_of(citizen: Citizen, desk: Desk) -> Response:
    """The stored response of the receipt that the page shows."""
    receipt = re.search(r"tanda terima\D*?([2-9A-Z]{8})", citizen.page.text)
    assert receipt, citizen.page.text
    stored = await desk.db.read(lambda conn: responses.by_id(conn, receipt[1]))
    assert stored is not None
    return stored


# --- a survey ------------------------------------------------------------------------------------


async def test_a_citizen_scans_answers_nine_questions_and_gets_a_receipt(
    desk: Desk, citizen: Citizen
) -> None:
    await citizen.begins("/s/PAJANG")
    citizen.sees("Puskesmas Pajang", "Pertanyaan 1 dari 9")
    await citizen.answers(4, 3, 3, 3, 3, 3, 3, 3, 1)
    await citizen.presses(word("button.skip_all"))
    stored = await response_of(citizen, desk)
    assert (stored.answers["U1"], stored.answers["U8"]) == (4, 1)
    assert (stored.channel, stored.mode) == ("web", Mode.SELF)


async def test_the_page_names_the_delete_button_instead_of_a_command(
    citizen: Citizen,
) -> None:
    await citizen.opens("/s/PAJANG")
    citizen.sees("dapat menghapusnya dengan “Hapus jawaban saya”.")
    assert "/hapus" not in citizen.page.text
    await citizen.begins("/s/PAJANG")
    await citizen.answers(*[3] * 9)
    await citizen.presses(word("button.skip_all"))
    await citizen.presses(word("button.finish"))
    assert citizen.page.button("Hapus jawaban saya")


async def test_profile_and_comment_are_stored(desk: Desk, citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(*[3] * 9)
    await citizen.answers(1)
    await citizen.presses(word("button.skip_all"))
    await citizen.presses(word("web.comment_send"), text="Kursi tunggu <b>kurang</b>")
    stored = await response_of(citizen, desk)
    assert stored.profile["gender"] == "female"
    assert stored.saran == "Kursi tunggu <b>kurang</b>"


async def test_what_does_not_fit_into_a_comment_is_said(desk: Desk, citizen: Citizen) -> None:
    await citizen.begins("/s/PAJANG")
    await citizen.answers(*[3] * 9)
    await citizen.presses(word("button.skip_all"))
    written = f"{'kursi ' * 331}tunggu kurang dan kamar kecil"
    await citizen.presses(word("web.comment_send"), text=written)
    citizen.sees("paling panjang 2.000 huruf", "tunggu kurang", "tidak muat")
    await citizen.presses(word("web.comment_send"), text="satu lagi")
    citizen.sees("tidak muat")
    assert (await response_of(citizen, desk)).saran == written[:2000]


async def test_a_comment_is_stored_when_finish_is_pressed(desk: Desk, citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(*[3] * 9)
    await citizen.presses(word("button.skip_all"))
    await citizen.presses(word("button.finish"), text="Petugasnya ramah")
    assert (await response_of(citizen, desk)).saran == "Petugasnya ramah"


# --- reload, back, double taps -------------------------------------------------------------------


async def test_reload_and_back_change_nothing(desk: Desk, citizen: Citizen) -> None:
    await citizen.begins()
    first = citizen.options
    await citizen.answers(2)
    await citizen.reloads()
    citizen.sees("Pertanyaan 2 dari 9")
    await citizen.submits(first[3])  # the first page, from the browser's history
    citizen.sees("Pertanyaan 2 dari 9")
    await citizen.answers(*[3] * 8)
    await citizen.presses(word("button.skip_all"))
    assert (await response_of(citizen, desk)).answers["U1"] == 4


async def test_a_double_tap_counts_once(desk: Desk, citizen: Citizen) -> None:
    await citizen.begins()
    tapped = citizen.options[2]
    await citizen.submits(tapped)
    await citizen.submits(tapped)
    citizen.sees("Pertanyaan 2 dari 9")
    await citizen.answers(*[3] * 8)
    assert await responden(desk) == 1


async def test_a_double_tap_on_begin_begins_once(desk: Desk, citizen: Citizen) -> None:
    await citizen.opens("/s/PAJANG")
    begin = citizen.page.all("button")[0]
    await citizen.submits(begin)
    citizen.client.cookies.clear()  # the response to the first tap is ignored
    await citizen.submits(begin)
    citizen.sees("Pertanyaan 1 dari 9")
    await citizen.answers(3)
    citizen.sees("Pertanyaan 2 dari 9")
    assert await interviews(desk) == 1


async def test_two_phones_begin_at_the_same_time_and_each_by_a_double_tap(
    desk: Desk, base: str
) -> None:
    async def begins_twice() -> None:
        async with Citizen(base) as first, Citizen(base) as again:
            await first.opens("/s/PAJANG")
            begin = first.page.all("button")[0]
            await asyncio.gather(first.submits(begin), again.submits(begin))
            again.sees("Pertanyaan 1 dari 9")

    await asyncio.gather(begins_twice(), begins_twice())
    assert await interviews(desk) == 2


async def test_a_forged_beginning_is_a_new_user(desk: Desk, citizen: Citizen) -> None:
    await citizen.opens("/s/PAJANG")
    begin = citizen.page.all("button")[0]
    for _ in range(2):
        citizen.client.cookies.clear()
        await citizen.submits(begin, begin="siti.aaaa.bbbb")
        citizen.sees("Pertanyaan 1 dari 9")
    assert await interviews(desk) == 2


async def test_a_double_tap_on_back_goes_back_once(citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(3, 3, 3)
    back = citizen.page.button(word("button.back"))
    await citizen.submits(back)
    await citizen.submits(back)
    citizen.sees("Pertanyaan 3 dari 9")


async def test_a_double_tap_on_finish_shows_the_end(citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(*[3] * 9)
    await citizen.presses(word("button.skip_all"))
    finish = citizen.page.button(word("button.finish"))
    await citizen.submits(finish, text="Bagus")
    end = citizen.page.heading
    await citizen.submits(finish, text="Bagus")
    assert citizen.page.heading == end


async def test_an_earlier_answer_is_marked_in_words_too(citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(2)
    await citizen.presses(word("button.back"))
    (marked,) = citizen.page.all("button", **{"aria-current": "true"})
    assert marked.text.endswith(f"✓ {word('web.chosen')}")
    assert marked.text == citizen.options[1].text


async def test_coming_back_through_the_qr_goes_on_where_it_was(citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(3, 3)
    await citizen.begins("/s/PAJANG")
    citizen.sees("Pertanyaan 3 dari 9")


async def test_a_second_survey_on_the_same_day_is_declined(desk: Desk, citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(*[3] * 9)
    await citizen.presses(word("button.skip_all"))
    await citizen.presses(word("button.finish"))
    await citizen.begins()
    assert citizen.status == 200
    assert citizen.options == []
    assert await responden(desk) == 1


async def test_changing_the_language_keeps_the_current_question(citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(3)
    await citizen.presses(word("button.language"))
    await citizen.presses("English")
    citizen.sees("Question 2 of 9")
    assert citizen.page.all("html")[0].attrs["lang"] == "en"


async def test_a_respondent_can_delete_their_answers(desk: Desk, citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(*[3] * 9)
    await citizen.presses(word("button.skip_all"))
    await citizen.presses(word("button.finish"))
    await citizen.presses(word("web.delete"))
    assert await responden(desk) == 1
    await citizen.presses(word("button.yes_delete"))
    assert await responden(desk) == 0


async def test_a_visit_ticket_is_typed_or_scanned(citizen: Citizen, desk: Desk) -> None:
    await desk.db.write(lambda conn: tickets.add(conn, "LOKET7", ["AB23"]))
    await citizen.opens("/s/LOKET7")
    await citizen.presses(word("landing.code_send"), tiket="ab23")
    assert citizen.path == "/s/LOKET7-AB23"
    await citizen.begins(citizen.path)
    citizen.sees("Pertanyaan 1 dari 9")


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "choice",
    [
        "",
        ".",
        "x",
        "....",
        "K.a:U1:4",
        "-.lang:zz",
        "/hapus",
        "/nonsense",
        "💥" * 16,
        "\0",
        "a" * 9999,
    ],
)
async def test_a_forged_button_is_answered_with_a_page(citizen: Citizen, choice: str) -> None:
    await citizen.begins()
    await citizen.submits(citizen.options[0], choice=choice)
    assert citizen.status == 200
    assert citizen.page.heading
    await citizen.begins()
    citizen.sees("Pertanyaan 1 dari 9")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("x" * 4096, "x" * 2000),
        ("baris satu\r\nbaris dua", "baris satu\nbaris dua"),
        ("مرحبا بكم", "مرحبا بكم"),
        ("😀👍🏽", "😀👍🏽"),
        ("</textarea><script>alert(1)</script>", "</textarea><script>alert(1)</script>"),
        ("nol\0byte", "nolbyte"),
    ],
)
async def test_any_comment_is_stored_as_written(
    desk: Desk, citizen: Citizen, typed: str, kept: str
) -> None:
    await citizen.begins()
    await citizen.answers(*[3] * 9)
    await citizen.presses(word("button.skip_all"))
    await citizen.presses(word("button.finish"), form="rusak", text=typed)
    assert "<script>" not in citizen.got.text
    await citizen.presses(word("button.finish"), text=typed)
    assert (await response_of(citizen, desk)).saran == kept


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xfe=%ff%fe&choice=%00&choice=%zz", "application/x-www-form-urlencoded"),
        (b'--x\r\nContent-Disposition: form-data; name="form"', "multipart/form-data; boundary=x"),
        (b"not a form at all", "multipart/form-data"),
        (b'{"choice": 1}', "application/json"),
        (b"", ""),
    ],
)
async def test_a_body_that_is_not_our_form_changes_nothing(
    citizen: Citizen, content: bytes, kind: str
) -> None:
    await citizen.begins()
    await citizen.answers(3)
    response = await citizen.client.post(
        "/s/PAJANG/chat", content=content, headers={"Content-Type": kind}
    )
    assert response.status_code in (200, 400, 403)
    await citizen.reloads()
    citizen.sees("Pertanyaan 2 dari 9")


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
async def test_a_posted_file_is_ignored_and_closed(citizen: Citizen) -> None:
    await citizen.begins()
    form = citizen.page.all("input", name="form")[0].attrs["value"]
    response = await citizen.client.post(
        "/s/PAJANG/chat", data={"form": form}, files={"text": ("foto.png", b"\x89PNG")}
    )
    assert response.status_code == 200
    await citizen.reloads()
    citizen.sees("Pertanyaan 1 dari 9")
    gc.collect()  # a file that was left open is reported now


@pytest.mark.thorough
@pytest.mark.takes_long
async def test_many_respondents_answer_at_once(desk: Desk, base: str) -> None:
    async def survey(nilai: int) -> None:
        async with Citizen(base) as citizen:
            await citizen.begins()
            await citizen.answers(*[nilai] * 9)
            await citizen.presses(word("button.skip_all"))
            assert set((await response_of(citizen, desk)).answers.values()) == {nilai}

    await asyncio.gather(*(survey(1 + number % 4) for number in range(24)))
    assert await responden(desk) == 24


# --- failures of the database --------------------------------------------------------------------


async def test_an_answer_that_could_not_be_stored_is_asked_for_again(desk: Desk) -> None:
    broken = False

    async def receive(inbound: Inbound, send: Send) -> None:
        if broken:
            raise StoreError("The disk is full: free some space; nothing was stored.")
        await desk.inbox.receive(inbound, send)

    async with served(site_of(desk, receive=receive)) as base, Citizen(base) as citizen:
        await citizen.begins()
        await citizen.answers(*[3] * 9)
        await citizen.presses(word("button.skip_all"))
        broken = True
        await citizen.presses(word("button.finish"), text="Panjang sekali")
        assert citizen.status == 503
        citizen.sees(word("survey.error_store"))
        assert "disk" not in citizen.page.text
        assert citizen.page.all("textarea")[0].text == "Panjang sekali"
        broken = False
        typed = citizen.page.all("textarea")[0].text
        await citizen.presses(word("button.finish"), text=typed)
        assert (await response_of(citizen, desk)).saran == "Panjang sekali"


# --- forged forms and cookies --------------------------------------------------------------------


async def test_a_form_posted_from_another_site_is_refused(desk: Desk, citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(*[3] * 8)
    citizen.client.headers["Origin"] = "https://jahat.example"
    await citizen.answers(1)
    assert citizen.status == 403
    citizen.sees("Pertanyaan 9 dari 9")
    assert await responden(desk) == 0
    del citizen.client.headers["Origin"]
    await citizen.answers(3)
    assert await responden(desk) == 1


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_cross_site_request_is_refused(citizen: Citizen, site: str) -> None:
    await citizen.opens("/s/PAJANG")
    citizen.client.headers["Sec-Fetch-Site"] = site
    await citizen.begins()
    assert citizen.status == 403


async def test_a_form_of_another_session_is_refused(base: str, citizen: Citizen) -> None:
    async with Citizen(base) as thief:
        await thief.begins()
        stolen = thief.page.all("input", name="form")[0].attrs["value"]
    await citizen.begins()
    await citizen.submits(citizen.options[0], form=stolen)
    assert citizen.status == 403
    citizen.sees("Pertanyaan 1 dari 9")
    await citizen.answers(3)
    citizen.sees("Pertanyaan 2 dari 9")


async def test_a_refused_form_keeps_the_typed_text(citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(*[3] * 9)
    await citizen.presses(word("button.skip_all"))
    await citizen.presses(word("web.comment_send"), form="kedaluwarsa", text="Panjang sekali")
    assert citizen.status == 403
    assert citizen.page.all("textarea")[0].text == "Panjang sekali"


async def test_a_browser_whose_cookies_were_deleted_gets_an_explanation(citizen: Citizen) -> None:
    await citizen.begins()
    tapped = citizen.options[0]
    citizen.client.cookies.clear()
    await citizen.submits(tapped)
    assert citizen.status == 403
    citizen.sees("cookie")


async def test_a_forged_cookie_is_ignored(citizen: Citizen) -> None:
    await citizen.begins()
    citizen.client.cookies.clear()
    citizen.client.cookies.set("skm", "eyJ1IjoiYWRtaW4ifQ.aaaa.bbbb")
    await citizen.opens("/s/PAJANG/chat")
    assert citizen.path == "/s/PAJANG"


# --- assisted devices ----------------------------------------------------------------------------


async def test_a_kiosk_starts_anew_for_each_respondent(desk: Desk, citizen: Citizen) -> None:
    for nilai in (4, 2):
        await citizen.begins("/s/PAJANG?mode=bantuan")
        citizen.sees("Pertanyaan 1 dari 9")
        assert "/hapus" not in citizen.page.text  # a kiosk has no text field and no delete button
        await citizen.answers(*[nilai] * 9)
        await citizen.presses(word("button.skip_all"))
        stored = await response_of(citizen, desk)
        assert stored.mode is Mode.ASSISTED
        assert set(stored.answers.values()) == {nilai}
        await citizen.presses(word("button.finish"))
    assert await responden(desk) == 2


async def test_a_kiosk_start_page_from_the_history_begins_a_new_survey(
    citizen: Citizen,
) -> None:
    await citizen.opens("/s/PAJANG?mode=bantuan")
    begin = citizen.page.all("button")[0]
    await citizen.submits(begin)
    await citizen.answers(3)
    citizen.client.cookies.clear()
    await citizen.submits(begin)
    citizen.sees("Pertanyaan 1 dari 9")


async def test_an_idle_kiosk_returns_to_its_start_page(citizen: Citizen) -> None:
    await citizen.begins("/s/PAJANG?mode=bantuan")
    (refresh,) = citizen.page.all("meta", **{"http-equiv": "refresh"})
    seconds, _, url = refresh.attrs["content"].partition("; url=")
    assert int(seconds) <= 120
    await citizen.opens(url)
    citizen.sees("Puskesmas Pajang")
    await citizen.opens("/s/PAJANG/bantuan")  # the browser's back button
    assert citizen.options == []


async def test_a_kiosk_links_only_to_its_start_page(citizen: Citizen) -> None:
    await citizen.begins("/s/PAJANG?mode=bantuan")
    await citizen.answers(*[3] * 9)
    await citizen.presses(word("button.skip_all"))
    await citizen.presses(word("button.finish"))
    links = {node.attrs["href"] for node in citizen.page.all("a")}
    assert links == {"#content", "/s/PAJANG?mode=bantuan"}


async def test_a_respondent_s_own_page_never_returns_by_itself(citizen: Citizen) -> None:
    await citizen.begins()
    assert citizen.page.all("meta", **{"http-equiv": "refresh"}) == []


async def test_a_kiosk_has_its_own_session(citizen: Citizen) -> None:
    await citizen.begins("/s/PAJANG")
    await citizen.answers(3)
    await citizen.begins("/s/PAJANG?mode=bantuan")
    citizen.sees("Pertanyaan 1 dari 9")
    await citizen.opens("/s/PAJANG/chat")
    citizen.sees("Pertanyaan 2 dari 9")


async def test_the_web_channel_cannot_send() -> None:
    with pytest.raises(SendError) as refused:
        await WebChannel().send(address("u"), Outbound("Halo"))
    assert refused.value.blocked


async def test_a_copy_of_all_answers_is_a_press_away(desk: Desk, citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(*[3] * 9)
    await citizen.presses(word("button.skip_all"))
    await citizen.presses(word("button.finish"), text="Kursi tunggu kurang " * 90)
    await citizen.presses(word("web.copy"))
    citizen.sees("Survei: 1.", "Persyaratan: Sesuai", "Kursi tunggu kurang")
    await citizen.presses(word("web.delete"))
    await citizen.presses(word("button.yes_delete"))
    assert await responden(desk) == 0
