"""`/kertas`: prints paper forms, takes in photos of them, asks about what is not clear, stores.

"/kertas" opens a batch, and photos that come while it is open reach this command as "foto". The
other first words: "cetak CODE 50" makes forms to print; "tanya" asks the next question, "jawab FORM
ITEM ANSWER" answers one, "lewat FORM" leaves a form out; "saran FORM TEXT" adds what is written on
it; "hari 2026-11-24" sets the day of the answers; "simpan" stores what is clear, "batal" drops a
batch that is not stored, "urung BATCH" takes a stored one back.
"""

from bot.messaging.channel import LoadPhoto
from bot.messaging.message import Replies
from bot.official.answers.paper import asking, printing, storing
from bot.official.answers.paper.desk import PaperDesk
from bot.paper.crops import Crops
from bot.request.request import Request
from skm.survey.instrument import Instrument


async def answer(
    request: Request, *, load: LoadPhoto, crops: Crops, instrument: Instrument
) -> Replies:
    """Does what the first word of the argument says; shows the batch for any other."""
    desk = PaperDesk(request, crops, instrument)
    verb, *words = request.subject.rest.split() or [""]
    match verb.lower(), words:
        case "foto", _:
            return await storing.take_photo(desk, load)
        case "tanya", _:
            return await asking.ask(desk)
        case "jawab", [form, item, option] if form.isdecimal():
            return await asking.take_answer(desk, int(form), item, option)
        case "lewat", [form] if form.isdecimal():
            return await asking.leave_out(desk, int(form))
        case "saran", [form, *said] if form.isdecimal():
            return await asking.take_words(desk, int(form), " ".join(said))
        case "saran", _:
            return await asking.ask_words(desk)
        case "hari", [day]:
            return await storing.set_day(desk, day)
        case "cetak", _:
            return await printing.print_forms(desk, words)
        case "simpan", _:
            return await storing.save(desk)
        case "batal", _:
            return await storing.cancel(desk)
        case "urung", [batch] if batch.isdecimal() and len(batch) < 10:
            return await storing.undo(desk, int(batch))
        case _:
            return await desk.begin()
