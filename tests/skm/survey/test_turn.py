"""The conversation as a state machine: what each event does, in every stage.

Every interview passes through JSON between two events, as it does in the product.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from skm.survey.event import Event, EventType
from skm.survey.interview import (
    Disposition,
    Interview,
    Note,
    Prompt,
    Stage,
    broke_off_at,
    current_item,
    is_complete,
    prompt,
    stage,
)
from skm.survey.turn import STEPS, advance
from tests.skm.survey.test_instrument import SKM9
from tests.tools.examples import examples

ITEMS = [item.id for item in SKM9.items]
FIELDS = [field.id for field in SKM9.profile]


@dataclass
class Talk:
    """A running interview; `does("a:U1:4", …)` takes events in their text form."""

    interview: Interview = field(default_factory=lambda: Interview("K3F9", "id"))
    prompt: Prompt = field(default_factory=lambda: Prompt(Stage.ITEM, "U1"))
    dispositions: list[Disposition] = field(default_factory=list)

    def does(self, *presses: str) -> "Talk":
        for press in presses:
            self.gets(Event.parse(press))
        return self

    def gets(self, event: Event) -> "Talk":
        turn = advance(Interview.from_json(self.interview.to_json()), event, SKM9)
        self.interview, self.prompt = turn.interview, turn.prompt
        if turn.disposition:
            self.dispositions.append(turn.disposition)
        return self

    def answers_all(self, nilai: int = 3) -> "Talk":
        return self.does(*(f"a:{item}:{nilai}" for item in ITEMS))

    @property
    def asks(self) -> str:
        return self.prompt.key

    @property
    def at(self) -> Stage:
        return self.prompt.stage


# --- the straight way ----------------------------------------------------------------------------


def test_a_survey_is_nine_answers_a_profile_and_a_comment() -> None:
    talk = Talk()
    for item in ITEMS:
        assert (talk.at, talk.asks) == (Stage.ITEM, item)
        talk.does(f"a:{item}:4")
    for asked in FIELDS:
        assert (talk.at, talk.asks) == (Stage.PROFILE, asked)
        talk.does(f"p:{asked}:{SKM9.fields[asked].options[0]}")
    assert talk.at is Stage.THANKS
    talk.gets(Event(EventType.COMMENT, value="Terima kasih, petugasnya sabar."))
    assert talk.prompt.note is Note.COMMENT_STORED
    talk.does("done")
    assert talk.does("show").at is Stage.ENDED
    assert talk.dispositions == [Disposition.COMPLETE]
    assert set(talk.interview.answers.values()) == {4}


def test_the_interview_is_complete_with_the_ninth_answer() -> None:
    talk = Talk().does(*(f"a:{item}:2" for item in ITEMS[:-1]))
    assert not is_complete(talk.interview, SKM9)
    talk.does(f"a:{ITEMS[-1]}:2")
    assert is_complete(talk.interview, SKM9)


def test_each_profile_question_can_be_skipped_alone_or_all_at_once() -> None:
    alone = Talk().answers_all().does(*(f"p:{asked}" for asked in FIELDS))
    at_once = Talk().answers_all().does("p:gender:female", "skip")
    assert alone.at is at_once.at is Stage.THANKS
    assert alone.interview.profile == dict.fromkeys(FIELDS)
    assert at_once.interview.profile == {**dict.fromkeys(FIELDS), "gender": "female"}


def test_a_comment_written_in_pieces_is_one_comment() -> None:
    talk = Talk().answers_all().does("skip")
    for piece in ("Kursinya kurang", "  ", "Tolong ditambah"):
        talk.gets(Event(EventType.COMMENT, value=piece))
    assert talk.interview.comment == "Kursinya kurang\nTolong ditambah"


def test_a_comment_is_cut_to_two_thousand_characters() -> None:
    talk = Talk().answers_all().does("skip").gets(Event(EventType.COMMENT, value="ا😀" * 2048))
    assert len(talk.interview.comment or "") == 2000


# --- correcting ----------------------------------------------------------------------------------


def test_a_double_tap_changes_nothing() -> None:
    once = Talk().does("a:U1:3", "a:U2:2")
    twice = Talk().does("a:U1:3", "a:U1:3", "a:U2:2", "a:U2:2")
    assert once.interview == twice.interview
    assert twice.prompt.note is None


def test_a_press_on_an_old_button_is_a_correction_and_says_so() -> None:
    talk = Talk().does("a:U1:3", "a:U2:2", "a:U1:1")
    assert talk.interview.answers == {"U1": 1, "U2": 2}
    assert (talk.asks, talk.prompt.note, talk.prompt.about) == ("U3", Note.CORRECTED, "U1")


def test_back_asks_the_previous_question_and_then_continues() -> None:
    talk = Talk().does("a:U1:3", "a:U2:2", "back")
    assert talk.asks == "U2"
    assert talk.does("back").asks == "U1"
    assert talk.does("back").asks == "U1"
    assert talk.does("a:U1:4").asks == "U3"
    assert talk.interview.answers == {"U1": 4, "U2": 2}


def test_back_from_the_profile_goes_through_its_answers_to_the_last_question() -> None:
    talk = Talk().answers_all().does("p:gender:male", "back")
    assert (talk.at, talk.asks) == (Stage.PROFILE, "gender")
    assert (talk.does("back").at, talk.asks) == (Stage.ITEM, ITEMS[-1])
    assert talk.does(f"a:{ITEMS[-1]}:1").at is Stage.PROFILE


def test_any_answer_can_be_changed_from_the_review_until_the_end() -> None:
    talk = Talk().answers_all().does("skip", "review")
    assert talk.at is Stage.REVIEW
    assert (talk.does("change:U4").at, talk.asks) == (Stage.ITEM, "U4")
    assert talk.does("a:U4:1").at is Stage.REVIEW
    assert talk.does("resume").at is Stage.THANKS
    assert talk.interview.answers["U4"] == 1


# --- leaving and coming back ---------------------------------------------------------------------


def test_stopping_records_the_item_and_can_be_undone() -> None:
    talk = Talk().does("a:U1:3", "a:U2:3", "stop")
    assert talk.dispositions == [Disposition.BREAK_OFF]
    assert broke_off_at(talk.interview, SKM9) == "U3"
    talk.does("resume")
    assert (talk.at, talk.asks, talk.prompt.note) == (Stage.ITEM, "U3", Note.RESUMED)


def test_stopping_after_the_ninth_answer_keeps_the_response() -> None:
    assert Talk().answers_all().does("stop").dispositions == [Disposition.COMPLETE]


def test_declining_is_a_refusal_not_a_break_off() -> None:
    assert Talk().does("no").dispositions == [Disposition.REFUSAL]
    assert Talk().does("a:U1:2", "no").dispositions == [Disposition.BREAK_OFF]


def test_an_ended_interview_stays_ended() -> None:
    talk = Talk().answers_all().does("skip", "done")
    before = talk.interview
    talk.does("a:U1:1", "resume", "change:U1", "back", "skip", "p:gender:male", "no", "stop")
    assert talk.interview == before
    assert talk.at is Stage.ENDED


@pytest.mark.parametrize("presses", [[], ["a:U1:3"], ["review"], ["stop"]])
def test_the_language_can_be_changed_anywhere_without_losing_the_place(presses: list[str]) -> None:
    before = Talk().does(*presses)
    place = (before.at, before.asks)
    assert before.does("langs").at is Stage.LANGUAGE
    after = before.does("lang::jv")
    assert after.interview.language == "jv"
    assert (after.at, after.asks) == place


# --- nothing can break it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "forged",
    ["", ":", "a", "a:U1", "a:U1:5", "a:U1:0", "a:U1:٣", "a:U99:3", "p:gender:robot", "p:U1:3",
     "change:U9", "change:gender", "lang::<b>", "lapse", "c::hello", "no such event", "a:U1:3:4"],
)  # fmt: skip
def test_a_forged_button_shows_the_current_question(forged: str) -> None:
    talk = Talk().does("a:U1:2")
    before = talk.interview
    talk.does(forged)
    assert talk.interview == before
    assert (talk.at, talk.asks) == (Stage.ITEM, "U2")


EVENTS = st.builds(
    Event,
    st.sampled_from(EventType),
    st.sampled_from([*ITEMS, *FIELDS, "", "U99"]),
    st.sampled_from(["1", "2", "3", "4", "", "female", "yes", "jv", "5", "saran"]),
)


@given(st.lists(EVENTS, max_size=60))
def test_every_event_has_a_result_in_every_stage(events: list[Event]) -> None:
    talk = Talk()
    for event in events:
        talk.gets(event)
        assert talk.prompt.stage is stage(talk.interview, SKM9)
        assert talk.at not in (Stage.ITEM, Stage.PROFILE) or talk.asks


@given(st.lists(EVENTS, max_size=30), EVENTS)
@example([Event(EventType.STOP), Event(EventType.LANGUAGES)], Event(EventType.RESUME))
def test_pressing_twice_is_the_same_as_pressing_once(events: list[Event], event: Event) -> None:
    """Except for back, which goes back once more, and comments, which are added once more."""
    once = Talk()
    for earlier in events:
        once.gets(earlier)
    once.gets(event)
    twice = Talk(once.interview, once.prompt).gets(event)
    if event.type not in (EventType.BACK, EventType.COMMENT):
        assert twice.interview.answers == once.interview.answers
        assert twice.interview.profile == once.interview.profile
        assert twice.interview.ended == once.interview.ended


def test_the_table_names_only_steps_for_stages_and_events_that_exist() -> None:
    assert set(STEPS) == set(Stage)
    assert all(set(steps) <= set(EventType) for steps in STEPS.values())


CONTROLS = ["back", "review", "langs", "lang::en", "lang", "resume", "show", "stop"]


class AgainstAModel(RuleBasedStateMachine):
    """Double taps, old buttons, reordering and redelivery, compared with a dict and a flag."""

    @initialize()
    def opens(self) -> None:
        self.talk = Talk()
        self.answers: dict[str, int] = {}
        self.sent: list[str] = []
        self.over = False

    def _press(self, wire: str) -> None:
        self.sent.append(wire)
        self.talk.does(wire)
        kind, _, rest = wire.partition(":")
        if kind == "a" and not self.over:
            item, _, nilai = rest.partition(":")
            self.answers[item] = int(nilai)
        complete = len(self.answers) == len(ITEMS)
        if kind == "resume" and not complete:
            self.over = False
        if kind == "stop":
            self.over = True

    @rule(item=st.sampled_from(ITEMS), nilai=st.integers(1, 4))
    def answers_some_item(self, item: str, nilai: int) -> None:
        self._press(f"a:{item}:{nilai}")

    @rule(nilai=st.integers(1, 4))
    def answers_what_is_asked(self, nilai: int) -> None:
        if self.talk.at is Stage.ITEM:
            self._press(f"a:{self.talk.asks}:{nilai}")

    @rule(data=st.data())
    def is_redelivered(self, data: st.DataObject) -> None:
        if self.sent:
            self._press(data.draw(st.sampled_from(self.sent)))

    @rule(wire=st.sampled_from(CONTROLS))
    def presses_a_control(self, wire: str) -> None:
        self._press(wire)

    @invariant()
    def nothing_is_lost_and_nothing_is_made_up(self) -> None:
        assert dict(self.talk.interview.answers) == self.answers

    @invariant()
    def the_question_is_the_first_unanswered_one(self) -> None:
        if self.talk.at is Stage.ITEM and not self.talk.interview.changing:
            first = next(item for item in ITEMS if item not in self.answers)
            assert current_item(self.talk.interview, SKM9) == first

    @invariant()
    def json_keeps_everything(self) -> None:
        interview = self.talk.interview
        assert Interview.from_json(interview.to_json()) == interview
        assert prompt(interview, SKM9).stage is self.talk.at


TestAgainstAModel = AgainstAModel.TestCase
TestAgainstAModel.settings = examples(150, stateful_step_count=40)
