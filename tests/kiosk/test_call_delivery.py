"""A call that does not arrive is told, and tried again until it arrives or the staff have seen it."""

from __future__ import annotations

import threading
import time
from datetime import datetime

import pytest

from tests.helpers.mqtt_broker import run_broker
from tests.helpers.waiting import wait_until
from voice.base.errors import ServerError, Symptom, Trouble
from voice.consultation.script import Level
from voice.consultation.visit import Outcome
from voice.kiosk.call_delivery import CallDelivery
from voice.kiosk.mqtt import Address, Broker
from voice.kiosk.staff_calls import KEPT, StaffCall, StaffCalls

NOON = datetime(2026, 11, 24, 12, 0)
CALL, SECOND = StaffCall(Level.E, NOON), StaffCall(Level.STAFF, NOON)


class Network:
    """What calls are delivered into; it is broken until it is mended. shown: each change of what the pages tell."""

    def __init__(self) -> None:
        self.broken = True
        self.tried: list[StaffCall] = []
        self.arrived: list[StaffCall] = []
        self.shown: list[Trouble | None] = []

    def deliver(self, call: StaffCall) -> None:
        self.tried.append(call)
        if self.broken:
            raise ServerError("The broker is away.", "", Symptom.BROKER_AWAY, "broker")
        self.arrived.append(call)


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def delivery(network: Network) -> CallDelivery:
    return CallDelivery(network.deliver, network.shown.append, waits=(0.01,))


def test_a_call_is_tried_again_until_it_arrives_once(network: Network, delivery: CallDelivery) -> None:
    delivery.call(CALL)
    wait_until(lambda: len(network.tried) > 3)
    assert delivery.failure and delivery.failure.symptom is Symptom.BROKER_AWAY
    network.broken = False
    wait_until(lambda: network.arrived and delivery.failure is None)
    time.sleep(0.05)
    assert network.arrived == [CALL]
    assert [bool(failure) for failure in network.shown] == [True, False]


def test_whoever_calls_is_not_held_up(network: Network) -> None:
    goes_on = threading.Event()
    delivery = CallDelivery(lambda call: goes_on.wait(10) and None, network.shown.append)
    begun = time.monotonic()
    delivery.call(CALL)
    assert time.monotonic() - begun < 1
    goes_on.set()


def test_calls_arrive_in_their_order_and_a_new_one_does_not_wait_for_the_next_try(network: Network) -> None:
    delivery = CallDelivery(network.deliver, network.shown.append, waits=(60,))
    delivery.call(CALL)
    wait_until(lambda: delivery.failure)
    network.broken = False
    delivery.call(SECOND)
    wait_until(lambda: len(network.arrived) == 2)
    assert network.arrived == [CALL, SECOND]


def test_what_the_staff_have_seen_is_not_tried_any_more(network: Network, delivery: CallDelivery) -> None:
    calls = StaffCalls([delivery.call], lambda: NOON, delivery.forget)
    calls.on_ending(Outcome(Level.E))
    wait_until(lambda: delivery.failure)
    calls.mark_seen()
    assert delivery.failure is None
    network.broken = False
    delivery.call(SECOND)
    wait_until(lambda: network.arrived)
    assert network.arrived == [SECOND]


def test_a_try_that_fails_after_the_staff_have_seen_the_call_is_not_told(network: Network) -> None:
    tried, seen = threading.Event(), threading.Event()

    def fail_late(call: StaffCall) -> None:
        if call is CALL:
            tried.set()
            seen.wait(10)
        network.deliver(call)

    delivery = CallDelivery(fail_late, network.shown.append, waits=(0.01,))
    delivery.call(CALL)
    assert tried.wait(10)
    delivery.forget()
    seen.set()
    wait_until(lambda: network.tried)
    network.broken = False
    delivery.call(SECOND)
    wait_until(lambda: network.arrived)
    assert network.shown == []


def test_of_very_many_calls_the_last_are_kept(network: Network) -> None:
    delivery = CallDelivery(network.deliver, network.shown.append, waits=(60,))
    many = [StaffCall(Level.STAFF, NOON.replace(minute=n)) for n in range(KEPT + 5)]
    for call in many:
        delivery.call(call)
    network.broken = False
    delivery.call(CALL)
    wait_until(lambda: CALL in network.arrived)
    assert set(network.arrived) >= {*many[6:], CALL}


def test_a_call_reaches_a_broker_that_comes_back() -> None:
    with run_broker() as gone:
        pass
    broker = Broker(Address("127.0.0.1", gone.port, False), "ruggespraak")
    delivery = CallDelivery(broker.deliver, lambda failure: None, waits=(0.05,))
    delivery.call(CALL)
    wait_until(lambda: delivery.failure)
    with run_broker(port=gone.port) as back:
        assert back.arrived.wait(10)
        wait_until(lambda: delivery.failure is None)
    assert len(back.calls) == 1


def test_at_the_end_what_waits_is_tried_once_more_and_nothing_is_told_if_it_arrives(
    network: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery = CallDelivery(network.deliver, network.shown.append, waits=(60,))
    delivery.call(CALL)
    wait_until(lambda: delivery.failure)
    network.broken = False
    delivery.close(10)
    assert network.arrived == [CALL]
    assert "lost" not in capsys.readouterr().err


def test_at_the_end_a_call_that_is_lost_is_told_with_its_time(network: Network, capsys: pytest.CaptureFixture[str]) -> None:
    delivery = CallDelivery(network.deliver, network.shown.append, waits=(60,))
    delivery.call(CALL)
    wait_until(lambda: delivery.failure)
    begun = time.monotonic()
    delivery.close(0.05)
    assert time.monotonic() - begun < 5
    told = capsys.readouterr().err
    assert "(12:00:00) are lost" in told and str(CALL.level) not in told.partition("(12:00:00)")[2]


def test_at_the_end_without_a_call_nothing_is_waited_for(network: Network, delivery: CallDelivery) -> None:
    begun = time.monotonic()
    delivery.close(60)
    assert time.monotonic() - begun < 5
