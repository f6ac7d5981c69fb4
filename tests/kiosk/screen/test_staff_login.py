"""The login to the staff's page."""

from __future__ import annotations

from voice.kiosk.screen.staff_login import FIRST_DELAY, FREE_TRIES, IDLE_SECONDS, LONGEST_SECONDS, MAX_DELAY, StaffLogin

DAY = 86_400.0


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def login_and_clock(pin: str = "4711") -> tuple[StaffLogin, Clock]:
    clock = Clock()
    return StaffLogin(pin, clock), clock


def guess_until(login: StaffLogin, clock: Clock, end: float) -> int:
    """Guess as soon as the login looks at a PIN, until that time. Return how many were looked at."""
    tries = 0
    while clock.now < end:
        clock.now += login.closed_seconds
        assert login.enter("1379") is None
        tries += 1
    return tries


def test_the_right_pin_opens_and_the_pass_admits() -> None:
    login, _ = login_and_clock()
    one = login.enter("4711")
    assert login.admits(one)
    assert not login.admits("") and not login.admits(one + "x")


def test_half_a_surrogate_pair_counts_as_a_wrong_pin() -> None:
    login, _ = login_and_clock()
    assert [login.enter("\ud800") for _ in range(FREE_TRIES + 1)] == [None] * (FREE_TRIES + 1)
    assert login.closed_seconds == FIRST_DELAY


def test_without_a_pin_in_the_settings_nothing_opens() -> None:
    login, _ = login_and_clock("")
    assert login.enter("") is None


def test_a_slip_of_the_finger_costs_nothing() -> None:
    login, _ = login_and_clock()
    assert [login.enter("4712") for _ in range(FREE_TRIES)] == [None] * FREE_TRIES
    assert login.enter("4711")


def test_every_further_wrong_pin_makes_even_the_right_one_wait_longer() -> None:
    login, clock = login_and_clock()
    waits = []
    for _ in range(FREE_TRIES + 1):
        login.enter("0815")
    for _ in range(8):
        waits.append(login.closed_seconds)
        assert login.enter("4711") is None
        clock.now += login.closed_seconds
        login.enter("0815")
    assert waits == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, MAX_DELAY, MAX_DELAY]


def test_a_passer_by_does_not_lock_the_staff_out() -> None:
    """Five tries, then as many as he likes: the right PIN opens after the delay, which no try within it makes longer."""
    login, clock = login_and_clock()
    for tries in (5, 500):
        for _ in range(tries):
            login.enter("1379")
            clock.now += 0.01
        assert login.closed_seconds <= MAX_DELAY
        clock.now += login.closed_seconds
        assert login.enter("4711")
    assert MAX_DELAY <= 300


def test_after_months_of_guessing_it_still_closes() -> None:
    login, clock = login_and_clock()
    tries = guess_until(login, clock, 365 * DAY)
    assert login.closed_seconds == MAX_DELAY
    assert tries < 365 * DAY / MAX_DELAY + 20


def test_all_pins_of_four_digits_take_weeks_and_of_six_digits_years() -> None:
    login, clock = login_and_clock()
    assert guess_until(login, clock, 20 * DAY) < 10_000
    assert 10**6 * MAX_DELAY > 5 * 365 * DAY


def test_the_right_pin_makes_the_wrong_ones_forgotten() -> None:
    login, clock = login_and_clock()
    guess_until(login, clock, DAY)
    clock.now += MAX_DELAY
    assert login.enter("4711")
    login.enter("4712")
    assert login.closed_seconds == 0


def test_a_page_that_only_asks_how_the_kiosk_is_does_not_keep_its_pass() -> None:
    login, clock = login_and_clock()
    one = login.enter("4711")
    asked = 0
    while login.admits(one) and asked < IDLE_SECONDS:
        clock.now += 2
        asked += 1
    assert asked == IDLE_SECONDS / 2


def test_a_touch_keeps_the_pass_but_not_for_ever() -> None:
    login, clock = login_and_clock()
    one = login.enter("4711")
    while login.admits(one) and clock.now < 2 * LONGEST_SECONDS:
        login.touch(one)
        clock.now += IDLE_SECONDS - 1
    assert LONGEST_SECONDS <= clock.now < LONGEST_SECONDS + IDLE_SECONDS


def test_a_touch_does_not_bring_back_a_pass_that_has_ended() -> None:
    login, clock = login_and_clock()
    one = login.enter("4711")
    clock.now += IDLE_SECONDS
    login.touch(one)
    assert not login.admits(one)


def test_whoever_leaves_has_no_pass_any_more() -> None:
    login, _ = login_and_clock()
    one = login.enter("4711")
    login.leave(one)
    login.touch(one)
    assert not login.admits(one)
