"""One row per answer, turned into one row per respondent, so that the rest is read as usual."""

from dataclasses import dataclass, field

from skm.intake.remark import Remark, RemarkKind
from skm.intake.table.grid import Grid, GridRow
from skm.intake.table.layout import TableLayout

RESPONDENT, QUESTION, ANSWER = "respondent", "question", "answer"


def is_long(layout: TableLayout) -> bool:
    """Whether the columns are respondent, question and answer, and no question has its own."""
    roles = set(layout.roles)
    own = any(role.startswith("#") or not role.islower() for role in roles if role)
    return {RESPONDENT, QUESTION, ANSWER} <= roles and not own


@dataclass
class _Form:
    """What was collected of one respondent; `line`: where it begins."""

    line: int
    others: tuple[str, ...]
    answers: dict[str, str] = field(default_factory=dict)


def turned(layout: TableLayout) -> tuple[Grid, list[Remark]]:
    """A grid with one row per respondent and one column per question, in order of appearance; and
    remarks for questions that a respondent answers twice.

    A respondent is the number together with the unit, because offices count from 1 each.
    """
    asked, said = layout.roles.index(QUESTION), layout.roles.index(ANSWER)
    kept = [index for index in range(len(layout.headings)) if index not in (asked, said)]
    keys = [i for i, role in enumerate(layout.roles) if role in (RESPONDENT, "upp")]
    forms: dict[tuple[str, ...], _Form] = {}
    questions: dict[str, None] = {}
    remarks = []
    for row in (row for row in layout.rows if not row.is_blank):
        key = tuple(row.cell(index) for index in keys)
        form = forms.setdefault(key, _Form(row.number, tuple(row.cell(i) for i in kept)))
        question = row.cell(asked)
        questions.setdefault(question)
        if question in form.answers:
            remarks.append(Remark(RemarkKind.ANSWERED_TWICE, (row.number,), question))
        form.answers.setdefault(question, row.cell(said))
    names = [layout.headings[index] for index in kept]
    heading = GridRow(layout.line, (*names, *questions))
    rows = [
        GridRow(form.line, (*form.others, *(form.answers.get(one, "") for one in questions)))
        for form in forms.values()
    ]
    return Grid(layout.grid.name, [heading, *rows]), remarks
