"""Permissions: every role with every action, for units above, beside and below its own."""

from datetime import UTC, datetime

import pytest

from skm.instansi.official import ALLOWED, Action, Official, Role, may

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
        (Role.OFFICER, "read subscribe export follow_up paper import hand_in"),
        (
            Role.ADMIN,
            "read subscribe export follow_up paper import hand_in review"
            " invite manage audit health",
        ),
    ],
)
def test_each_role_may_do_exactly_its_actions(role: Role, actions: str) -> None:
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
def test_a_role_covers_its_unit_and_the_units_below(
    role: Role, action: Action, where: str, reached: bool
) -> None:
    allowed = action in ALLOWED[role]
    assert may(of(role, "PAJANG"), action, LINEAGES[where]) is (reached and allowed)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("where", LINEAGES)
def test_a_role_without_a_unit_covers_all_units(role: Role, where: str) -> None:
    assert may(of(role, None), Action.READ, LINEAGES[where])


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("where", LINEAGES)
def test_a_person_without_a_role_may_do_nothing(action: Action, where: str) -> None:
    assert not may(None, action, LINEAGES[where])
