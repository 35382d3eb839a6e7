"""What is to be said about a file: questions, rows that cannot be used, and what was done with it.

A remark holds no sentence; `bot/words/intake.py` words it in the language of its reader.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from skm.errors import SkmError


class RemarkKind(StrEnum):
    """The name of a kind is the key of its text, intake.KIND; the comments say what `value` is."""

    # the whole file
    EMPTY_FILE = "empty_file"
    NOT_A_TABLE = "not_a_table"  # what it is: PDF, JPEG, …
    TOO_LARGE = "too_large"  # the limit
    LOCKED = "locked"  # by a password
    DAMAGED = "damaged"
    QUOTES = "quotes"  # an opening quotation mark without its end
    NO_HEADINGS = "no_headings"
    NO_SHEET = "no_sheet"  # the names of the sheets

    # questions: nothing is stored until an option answers them
    SHEETS = "sheets"  # the names of the sheets that could be meant
    NO_ITEMS = "no_items"  # the items without a column
    NO_UNIT = "no_unit"
    NO_DATE = "no_date"
    ORDER = "order"  # how many numbered questions
    NUMBER_OF_QUESTIONS = "number_of_questions"  # how many; `near`: how many the instrument has
    DOUBLED = "doubled"  # the item; `column`: the headings
    UNCLEAR_COLUMN = "unclear_column"  # the unsur that it could be
    SWAPPED = "swapped"  # a label of another unsur; `near`: that unsur
    SCALE = "scale"  # the largest answer
    REVERSED = "reversed"  # the index as it stands
    NO_NAME = "no_name"  # of units
    SIMILAR_UNIT = "similar_unit"  # the name of a new unit; `near`: units that may be the same

    # rows that cannot be used
    UNIT = "unit"
    OTHER_UNIT = "other_unit"  # of which the official is not in charge
    DATE = "date"
    FUTURE = "future"
    TOO_OLD = "too_old"
    UNANSWERED = "unanswered"
    ANSWER = "answer"
    PROFILE = "profile"
    MODE = "mode"
    INSTRUMENT = "instrument"
    NUL = "nul"
    RAGGED = "ragged"  # how many cells too many
    LONG = "long"
    ANSWERED_TWICE = "answered_twice"
    CODE = "code"  # of a unit; `near`: one that would do
    CODE_TWICE = "code_twice"
    NAME_TWICE = "name_twice"  # `near`: the units with the name
    PARENT = "parent"
    CYCLE = "cycle"  # the code of a unit below itself
    POPULATION = "population"

    # what was done
    HEADINGS_AT = "headings_at"  # the line; `near`: how many rows above it were passed over
    WEB_PAGE = "web_page"
    PASSED_OVER = "passed_over"  # columns
    TOTALS = "totals"
    NUMBERING = "numbering"
    HEADINGS_AGAIN = "headings_again"
    CODES = "codes"  # columns that are named by code only
    TURNED = "turned"
    CUT = "cut"
    OTHER_OCCUPATION = "other_occupation"
    REMEMBERED = "remembered"  # the batch whose choices are used
    SAME_FILE = "same_file"  # the number of the batch that has all of it
    KNOWN = "known"  # how many rows are our own export
    SIMILAR = "similar"  # how many rows; `near`: batches
    SIMILAR_SKIPPED = "similar_skipped"
    LATE = "late"  # a closed period
    MADE_CODES = "made_codes"  # how many units got a code; `near`: the first ones
    WRITTEN_CODE = "written_code"  # the code as the file has it; `near`: as it is stored
    NUMBERED_PARENTS = "numbered_parents"
    NEW_PARENTS = "new_parents"  # how many; `near`: their names
    NOT_A_UNIT = "not_a_unit"  # the text of a row without a unit
    INTERRUPTED = "interrupted"  # the number of the batch that goes on


_K = RemarkKind
UNUSABLE: Final = frozenset(
    {
        _K.EMPTY_FILE, _K.NOT_A_TABLE, _K.TOO_LARGE, _K.LOCKED, _K.DAMAGED, _K.QUOTES,
        _K.NO_HEADINGS, _K.NO_SHEET,
    }
)  # fmt: skip
QUESTIONS: Final = frozenset(
    {
        _K.SHEETS, _K.NO_ITEMS, _K.NO_UNIT, _K.NO_DATE, _K.ORDER, _K.NUMBER_OF_QUESTIONS,
        _K.DOUBLED, _K.UNCLEAR_COLUMN, _K.SWAPPED, _K.SCALE, _K.REVERSED, _K.NO_NAME,
        _K.SIMILAR_UNIT,
    }
)  # fmt: skip
FAULTS: Final = frozenset(
    {
        _K.UNIT, _K.OTHER_UNIT, _K.DATE, _K.FUTURE, _K.TOO_OLD, _K.UNANSWERED, _K.ANSWER,
        _K.PROFILE, _K.MODE, _K.INSTRUMENT, _K.NUL, _K.RAGGED, _K.LONG, _K.ANSWERED_TWICE,
        _K.CODE, _K.CODE_TWICE, _K.NAME_TWICE, _K.PARENT, _K.CYCLE, _K.POPULATION,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """`lines`: of the file, where it concerns some rows. `column`: its heading. `value`: what
    stands there, or as RemarkKind says. `near`: what may have been meant.
    """

    kind: RemarkKind
    lines: tuple[int, ...] = ()
    column: str = ""
    value: str = ""
    near: tuple[str, ...] = ()


class IntakeError(SkmError):
    """A file of which nothing can be stored as it is. `remarks`: why."""

    def __init__(self, *remarks: Remark) -> None:
        self.remarks = remarks
        super().__init__(f"The file cannot be used: {', '.join(one.kind for one in remarks)}.")


def grouped(remarks: Iterable[Remark]) -> list[Remark]:
    """The same remarks with one for all lines that have the same fault, in order of appearance."""
    lines: dict[Remark, list[int]] = {}
    for remark in remarks:
        lines.setdefault(replace(remark, lines=()), []).extend(remark.lines)
    return [replace(remark, lines=tuple(found)) for remark, found in lines.items()]
