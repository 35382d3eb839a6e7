"""The users of units as CSV rows: code, period, count, and for a group of users field and option.

code,period,field,option,count
PAJANG,2026-Q3,,,1800
PAJANG,2026-Q3,gender,female,1100
"""

from collections.abc import Collection, Iterable, Mapping

from skm.errors import PeriodError
from skm.instansi.period import Period
from skm.instansi.users import Users
from skm.intake import csv_rows
from skm.intake.csv_rows import CellError, CsvRow, Problem

REQUIRED, OPTIONAL = ["code", "period", "count"], ["field", "option"]


def read(
    lines: Iterable[str], known: Collection[str], fields: Mapping[str, Collection[str]]
) -> list[Users | Problem]:
    """The users of each unit and period in the file, or a problem for each wrong row. A row without
    field and option counts all users.

    `known`: codes of units. `fields`: field of the profile → its options. Raises CsvFileError.
    """
    problems: list[Users | Problem] = []
    counted: dict[tuple[str, Period], dict[tuple[str, str], int]] = {}
    for line in csv_rows.read(lines, REQUIRED, OPTIONAL):
        if isinstance(line, Problem):
            problems.append(line)
            continue
        try:
            unit, period, group, n = _count(line.row, known, fields)
            own = counted.setdefault((unit, period), {})
            if group in own:
                raise CellError(f"{unit} {period} has this group twice: keep one row.")
            own[group] = n
        except CellError as error:
            problems.append(Problem(line.number, str(error)))
    return problems or [_users(unit, period, own) for (unit, period), own in counted.items()]


def _count(
    row: CsvRow, known: Collection[str], fields: Mapping[str, Collection[str]]
) -> tuple[str, Period, tuple[str, str], int]:
    code, field, option = row["code"].upper(), row.get("field", ""), row.get("option", "")
    if code not in known:
        raise CellError(f"code {code} is not the code of a unit: see `skm upp list`.")
    try:
        period = Period.parse(row["period"])
    except PeriodError as error:
        raise CellError(str(error)) from None
    if (field or option) and option not in fields.get(field, ()):
        options = ", ".join(fields.get(field, ()))
        raise CellError(
            f"option of {field} is “{option}”: write one of {options}."
            if options
            else f"field is “{field}”: write one of {', '.join(fields)}."
        )
    if not (row["count"].isascii() and row["count"].isdecimal() and len(row["count"]) < 10):
        raise CellError(f"count is “{row['count']}”: write a whole number without dots.")
    return code, period, (field, option), int(row["count"])


def _users(unit: str, period: Period, own: Mapping[tuple[str, str], int]) -> Users:
    profile: dict[str, dict[str, int]] = {}
    for (field, option), n in own.items():
        if field:
            profile.setdefault(field, {})[option] = n
    return Users(unit, period, own.get(("", "")), profile)
