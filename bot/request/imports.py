"""Files that officials bring in, by chat or on a page: whose rows they may hold, what was decided.

Both ways look at a file, apply a decision and take a batch back with these functions.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.find_upp import UnknownUpp, find, folded
from skm.instansi.official import Official
from skm.instansi.upp import Upp
from skm.intake.batch import ImportBatch
from skm.intake.choices import ChoiceError, Choices, QuestionOrder, recode_of
from skm.intake.remark import QUESTIONS, IntakeError, Remark, RemarkKind
from skm.intake.responses import Context
from skm.intake.table.grid import SourceFile
from skm.store.database.database import Database
from skm.store.intake import look
from skm.store.intake.look import Bringer, Looked
from skm.store.survey import upps

ASKED = QUESTIONS | {RemarkKind.NO_SHEET, RemarkKind.NO_HEADINGS}  # that a choice can answer


class UndecidedError(ValueError):
    """Words that decide nothing about a file. `said`: these words."""

    def __init__(self, said: str) -> None:
        super().__init__(f"“{said}” decides nothing.")
        self.said = said


@dataclass(frozen=True)
class FileReader:
    """`official`: who brings files. `context`: with the units that they may bring in. `keys`: by
    which our own exports are recognised.
    """

    db: Database
    official: Official
    context: Context
    keys: Sequence[bytes]

    async def look(self, file: SourceFile, choices: Choices) -> Looked:
        """The file as it would be stored. An official of a unit brings in that unit's answers,
        unless the file names units. Raises IntakeError.
        """
        own = self.official.upp
        bringer = Bringer(self.official.id, own or "", keys=self.keys)
        looked = await look.look(self.db, file, self.context, choices, bringer)
        asks = {remark.kind for remark in looked.preview.questions}
        if own and RemarkKind.NO_UNIT in asks:
            looked = await look.look(
                self.db, file, self.context, replace(choices, unit=own), bringer
            )
        return looked


async def own_units(conn: AsyncConnection, official: Official) -> frozenset[str] | None:
    """The codes of the units that an official may bring in, None for all."""
    if official.upp is None:
        return None
    return frozenset(unit.code for unit in await upps.subtree(conn, official.upp))


def may_take_back(official: Official, own: frozenset[str] | None, batch: ImportBatch) -> bool:
    """Whether an official may take a batch back: their own, or one of the units below theirs.
    `own`: as `own_units` says.
    """
    return own is None or official.id == batch.source.official or batch.source.office in own


def is_asked(error: IntakeError) -> bool:
    """Whether a choice can answer why a file cannot be used, such as which sheet is meant."""
    return any(remark.kind in ASKED for remark in error.remarks)


def proposals(looked: Looked) -> list[Remark]:
    """Texts that are no unit's name, but come near to one."""
    remarks = looked.preview.remarks
    return [one for one in remarks if one.kind is RemarkKind.UNIT and one.near]


def accepted(choices: Choices, role: str, said: str, meaning: str) -> Choices:
    """The choices with what a text in the columns of a role means."""
    return replace(choices, values={**choices.values, (role, folded(said)): meaning})


def decided(choices: Choices, about: str, said: str, units: Collection[Upp]) -> Choices:
    """The choices with one more: the order, which answer is best, the scale, the unit or the sheet
    of a file. Raises UndecidedError.
    """
    try:
        match about:
            case "order":
                return replace(choices, order=QuestionOrder(said))
            case "best" if said in ("1", "4"):
                return replace(choices, is_reversed=said == "1", scale_is_right=said == "4")
            case "scale":
                return replace(choices, recode=recode_of(said))
            case "unit":
                return replace(choices, unit=find(said, units).code)
            case "sheet":
                return replace(choices, sheet=said)
    except (ValueError, ChoiceError, UnknownUpp):
        raise UndecidedError(said) from None
    raise UndecidedError(said)
