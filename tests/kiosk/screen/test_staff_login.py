"""The login to the staff's page."""

from __future__ import annotations

from voice.kiosk.screen.staff_login import CLOSED_SECONDS, PASS_SECONDS, TRIES, StaffLogin


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def login_and_clock(pin: str = "4711") -> tuple[StaffLogin, Clock]:
    clock = Clock()
    return StaffLogin(pin, clock), clock


def test_the_right_pin_opens_and_the_pass_admits() -> None:
    login, _ = login_and_clock()
    one = login.enter("4711")
    assert login.admits(one)
    assert not login.admits("") and not login.admits(one + "x")


def test_half_a_surrogate_pair_counts_as_a_wrong_pin() -> None:
    login, _ = login_and_clock()
    assert [login.enter("\ud800") for _ in range(TRIES)] == [None] * TRIES
    assert login.closed_seconds == CLOSED_SECONDS


def test_without_a_pin_in_the_settings_nothing_opens() -> None:
    login, _ = login_and_clock("")
    assert login.enter("") is None


def test_after_five_wrong_pins_even_the_right_one_must_wait() -> None:
    login, clock = login_and_clock()
    assert [login.enter("0000") for _ in range(TRIES)] == [None] * TRIES
    assert (login.enter("4711"), login.closed_seconds) == (None, CLOSED_SECONDS)
    clock.now += CLOSED_SECONDS
    assert login.enter("4711")


def test_whoever_goes_on_guessing_waits_longer_each_time() -> None:
    login, clock = login_and_clock()
    waits = []
    for _ in range(3):
        for _ in range(TRIES):
            login.enter("0000")
        waits.append(login.closed_seconds)
        clock.now += login.closed_seconds
    assert waits == [CLOSED_SECONDS, 2 * CLOSED_SECONDS, 4 * CLOSED_SECONDS]


def test_a_pass_that_is_not_used_expires_and_one_in_use_does_not() -> None:
    login, clock = login_and_clock()
    one = login.enter("4711")
    for _ in range(3):
        clock.now += PASS_SECONDS - 1
        assert login.admits(one)
    clock.now += PASS_SECONDS
    assert not login.admits(one)


def test_whoever_leaves_has_no_pass_any_more() -> None:
    login, _ = login_and_clock()
    one = login.enter("4711")
    login.leave(one)
    assert not login.admits(one)
