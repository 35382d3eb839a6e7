"""Who may do what: every role with every action, for units above, beside and below their own."""

from datetime import UTC, datetime

import pytest

from skm.official import ALLOWED, Action, Official, Role, may

CITY: tuple[str, ...] = ()
LINEAGES = {  # PAJANG stands under DINKES, POSYANDU under PAJANG
    "own": ("PAJANG", "DINKES"),
    "child": ("POSYANDU", "PAJANG", "DINKES"),
    "sibling": ("PURWOSARI", "DINKES"),
    "parent": ("DINKES",),
    "stranger": ("DUKCAPIL",),
    "city": CITY,
}


def of(role: Role, upp: str | None) -> Official:
    since = datetime(2026, 1, 5, tzinfo=UTC)
    return Official(1, "Sri", role, upp, "telegram", "7", "id", since)


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        (Role.VIEWER, "read subscribe"),
        (Role.OFFICER, "read subscribe export follow_up"),
        (Role.ADMIN, "read subscribe export follow_up invite manage audit health"),
    ],
)
def test_each_role_may_do_what_its_name_says_and_no_more(role: Role, actions: str) -> None:
    assert {str(action) for action in Action if may(of(role, None), action, CITY)} == set(
        actions.split()
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize(
    ("where", "reached"),
    [
        ("own", True),
        ("child", True),
        ("sibling", False),
        ("parent", False),
        ("stranger", False),
        ("city", False),
    ],
)
def test_a_unit_reaches_down_and_nowhere_else(
    role: Role, action: Action, where: str, reached: bool
) -> None:
    allowed = action in ALLOWED[role]
    assert may(of(role, "PAJANG"), action, LINEAGES[where]) is (reached and allowed)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("where", LINEAGES)
def test_without_a_unit_of_ones_own_every_unit_is_reached(role: Role, where: str) -> None:
    assert may(of(role, None), Action.READ, LINEAGES[where])


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("where", LINEAGES)
def test_nobody_may_do_nothing(action: Action, where: str) -> None:
    assert not may(None, action, LINEAGES[where])
