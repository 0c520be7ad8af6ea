"""Every situation reached by keys and calls, and what the keys do in it."""

from offhook.phone.keypad import AudioPath
from offhook.phone.number_entry import INTER_DIGIT_S
from offhook.phone.settings import PhoneSettings
from offhook.phone.soft_keys import Situation
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from tests.phone.bench import Bench, BenchPhone, digits

S = Situation


def situation(phone: BenchPhone) -> Situation:
    return phone.device.status.situation


def test_a_story_through_every_situation() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    seen = [situation(ann)]
    ann.press(*digits("100"))
    seen.append(situation(ann))
    ann.press("X", "Speaker")
    seen.append(situation(ann))
    ann.press(*digits("1002"), "POUND")
    seen += [situation(ann), situation(bob)]
    bob.press("Enter")
    seen.append(situation(bob))
    cleo.dial("1002")
    seen.append(situation(bob))
    bob.press("X", "F_HOLD")
    seen.append(situation(bob))
    bob.press("F_TRANSFER")
    seen.append(situation(bob))
    bob.press(*digits("1003"), "OK")
    seen.append(situation(bob))
    bob.press("X", "F_TRANSFER", *digits("1003"), "F_TRANSFER")
    seen.append(situation(bob))
    cleo.press("X")
    bob.press("F_HOLD")
    bob.dial("1003")
    cleo.press("OK")
    bob.press("F_CONFERENCE")
    seen.append(situation(bob))
    cleo.device.press(Key.X)
    seen.append(situation(cleo))
    bench.exchange.run()
    bob.press("X")
    ann.dial("7777")
    seen.append(situation(ann))
    ann.press("X", "OK")
    seen.append(situation(ann))
    ann.press("UP", "OK")
    seen.append(situation(ann))
    ann.press("X", "X", "UP")
    seen.append(situation(ann))
    ann.press("X", "DOWN")
    seen.append(situation(ann))
    ann.press("F3")
    seen.append(situation(ann))
    assert seen == [
        S.IDLE,
        S.ENTERING,
        S.DIALLING,
        S.CALLING,
        S.RINGING,
        S.TALKING,
        S.CALL_WAITING,
        S.HELD,
        S.TRANSFER_COLLECTING,
        S.CONSULTING,
        S.TRANSFERRING,
        S.CONFERENCE,
        S.ENDING,
        S.BUSY_TONE,
        S.MENU,
        S.MENU_QUESTION,
        S.CALL_LIST,
        S.DIRECTORY,
        S.MENU_ENTRY,
    ]
    assert set(seen) == set(Situation)


def test_ok_opens_the_menu_and_x_closes_it_again() -> None:
    ann = Bench().phone("1001")
    ann.press("OK")
    assert situation(ann) is S.MENU
    ann.press("X")
    assert situation(ann) is S.IDLE
    assert ann.take_events() == []


def test_speaker_goes_off_hook_and_x_on_hook_again() -> None:
    ann = Bench().phone("1001")
    ann.press("Speaker", "X")
    assert ann.take_events() == [Event.OFF_HOOK, Event.IDLE_TO_BUSY, Event.ON_HOOK, Event.BUSY_TO_IDLE]


def test_off_hook_a_pause_sends_the_number() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.press("Speaker", *digits("1002"))
    bench.pass_time(INTER_DIGIT_S - 0.1)
    assert bob.states == []
    bench.pass_time(0.1)
    assert bob.states == [("1001", "alerting")]


def test_on_hook_a_number_waits() -> None:
    bench = Bench()
    ann = bench.phone("1001")
    ann.press(*digits("1002"))
    bench.pass_time(1000)
    assert ann.device.status.entered == "1002"
    assert ann.take_events() == []


def test_a_run_of_digits_keeps_its_pound_signs() -> None:
    ann = Bench().phone("1001")
    ann.device.enter("*21#")
    ann.device.enter("+39")
    assert ann.device.status.entered == "*21#+39"


def test_a_run_of_digits_in_a_talk_goes_to_the_other_side() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    bench.talk(ann, bob)
    heard: list[object] = []
    bob.engine.connect(heard.append)
    ann.device.enter("12#")
    bench.exchange.run()
    assert [getattr(fact, "digit", None) for fact in heard] == ["1", "2", "#"]
    assert ann.device.status.entered == ""


def test_a_run_of_digits_while_ringing_does_nothing() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.dial("1002")
    bob.device.enter("12")
    assert bob.device.status.entered == ""


def test_pound_is_a_digit_until_something_was_entered() -> None:
    bench = Bench()
    ann = bench.phone("1001")
    ann.press("OK", "POUND", "1")
    assert ann.device.status.entered == "#1"
    ann.press("POUND")
    assert ann.device.status.notice == "#1: unknown number"


def test_soft_keys_delete_and_clear() -> None:
    ann = Bench().phone("1001")
    ann.press(*digits("123"), "F2")
    assert ann.device.status.entered == "12"
    ann.press("F4")
    assert situation(ann) is S.IDLE


def test_the_audio_keys_answer_and_never_hang_up() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.dial("1002")
    paths = []
    for keys in (["HEADSET"], ["HEADSET", "Speaker", "Speaker"]):
        bob.press(*keys)
        paths.append(bob.device.status.audio_path)
    assert paths == [AudioPath.HEADSET, AudioPath.SPEAKER]
    assert bob.states == [("1001", "connected")]


def test_the_handset_dials_answers_and_hangs_up() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.lift()
    assert (situation(ann), ann.device.status.audio_path) == (S.DIALLING, AudioPath.HANDSET)
    ann.press(*digits("1002"), "OK")
    bob.lift()
    bob.lift()
    assert (situation(ann), situation(bob)) == (S.TALKING, S.TALKING)
    ann.put_down()
    ann.put_down()
    assert (situation(ann), situation(bob)) == (S.IDLE, S.IDLE)
    assert bob.device.status.is_handset_up
    bob.put_down()
    assert situation(bob) is S.IDLE


def test_lifting_the_handset_sends_a_number_and_putting_it_down_clears_one() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.press(*digits("1002"))
    ann.lift()
    assert bob.call.number == "1001"
    ann.put_down()
    ann.lift()
    ann.press("1")
    ann.put_down()
    assert (situation(ann), ann.device.status.entered) == (S.IDLE, "")


def test_a_talk_put_on_speaker_outlives_the_handset_and_comes_back_to_it() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.lift()
    ann.press(*digits("1002"), "OK")
    bob.press("OK")
    ann.press("Speaker")
    ann.put_down()
    assert situation(ann) is S.TALKING
    ann.lift()
    assert ann.device.status.audio_path is AudioPath.HANDSET
    ann.press("F_HOLD")
    ann.put_down()
    assert (situation(ann), ann.device.status.audio_path) == (S.HELD, AudioPath.SPEAKER)


def test_putting_the_handset_down_in_a_consultation_connects_the_others() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    ann.lift()
    ann.press(*digits("1002"), "OK")
    bob.press("OK")
    ann.press("F_TRANSFER", *digits("1003"), "OK")
    cleo.press("OK")
    ann.put_down()
    assert bob.states == [("1003", "connected")]
    assert situation(ann) is S.IDLE


def test_speaker_then_number_then_enter_as_clients_send_it() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    for _ in range(2):
        ann.press("Speaker")
    ann.device.enter("1002")
    ann.press("Enter")
    assert bob.call.number == "1001"


def test_speaker_sends_a_number_entered_on_hook() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.press(*digits("1002"), "Speaker")
    assert bob.call.number == "1001"


def test_ok_while_dialling_answers_a_call_that_came_in_meanwhile() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    bob.press("OK", "1")
    ann.dial("1002")
    bob.press("OK")
    assert bob.states == [("1001", "connected")]
    assert bob.device.status.entered == ""


def test_a_digit_during_the_busy_tone_begins_a_new_number() -> None:
    bench = Bench()
    ann = bench.phone("1001")
    ann.dial("7777")
    ann.press("1")
    assert (situation(ann), ann.device.status.entered) == (S.DIALLING, "1")


def test_a_digit_with_a_call_on_hold_begins_a_new_call_and_x_goes_back() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    bench.talk(ann, bob)
    ann.press("F_HOLD", "1")
    assert situation(ann) is S.DIALLING
    ann.press("X")
    assert situation(ann) is S.HELD
    ann.press("F3", "F_HOLD")
    assert situation(ann) is S.TALKING


def test_line_keys_answer_switch_and_dial() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001", "1004"), bench.phone("1002"), bench.phone("1003")
    cleo.dial("1004")
    ann.press("L1")
    assert situation(ann) is S.RINGING
    ann.press("L2")
    assert ann.states == [("1003", "connected")]
    ann.press("L2")
    assert ann.states == [("1003", "connected")]
    ann.press("L1", *digits("1002"), "OK")
    bob.press("OK")
    assert sorted(ann.states) == [("1002", "connected"), ("1003", "held")]
    ann.press("L2")
    assert sorted(ann.states) == [("1002", "held"), ("1003", "connected")]


def test_a_line_key_sends_a_number_entered_on_hook() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001", "1004"), bench.phone("1002")
    ann.press(*digits("1002"), "L2")
    assert bob.call.number == "1004"


def test_a_line_key_without_an_account() -> None:
    ann = Bench().phone("1001")
    ann.press("L5")
    assert ann.device.status.notice == "There is no account 5"
    assert ann.take_events() == []


def test_a_conference_needs_a_held_call() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    bench.talk(ann, bob)
    ann.press("F_CONFERENCE")
    assert ann.device.status.notice == "A conference needs a held call"


def test_volume_and_dismiss() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.press("VOLUME_UP", "VOLUME_UP", "VOLUME_DOWN")
    assert ann.device.status.volume == 9
    bob.dial("1001")
    bob.press("X")
    ann.press("RD")
    assert (ann.device.status.missed, ann.device.status.notice) == (1, "Nothing was dialled yet")
    ann.press("X")
    assert (ann.device.status.missed, ann.device.status.notice) == (0, "")


def test_keys_of_the_whole_device() -> None:
    ann = Bench().phone("1001")
    ann.press("Reboot", "AutoP", "DNDOn", "DNDOn", "DNDOff", "F2", "F2")
    assert ann.done == ["reboot", "provision", *["features"] * 4]
    assert ann.take_events() == [Event.DND_ON, Event.DND_OFF] * 2


def test_keys_that_do_nothing_report_nothing() -> None:
    ann = Bench().phone("1001")
    before = ann.device.status
    ann.press("LEFT", "RIGHT", *(f"D{number}" for number in range(1, 11)), "F_HOLD", "MUTE")
    assert ann.device.status == before
    assert ann.take_events() == []


def test_a_digit_leaves_the_menu_and_begins_a_number() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.press("OK", *digits("1002"), "OK")
    assert bob.call.number == "1001"
    ann.press("X", "OK")
    ann.device.enter("1002")
    assert (situation(ann), ann.device.status.entered) == (S.ENTERING, "1002")
    ann.press("X")
    assert situation(ann) is S.IDLE


def test_going_off_hook_leaves_the_menu() -> None:
    ann = Bench().phone("1001")
    ann.press("OK", "Speaker", "X")
    assert situation(ann) is S.IDLE


def test_a_call_that_only_rings_covers_the_menu() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.press("OK", "DOWN")
    bob.dial("1001")
    assert situation(ann) is S.RINGING
    bob.press("X")
    assert (situation(ann), ann.device.screen.lines[1].is_selected) == (S.MENU, True)
    bob.dial("1001")
    ann.press("OK", "X")
    assert situation(ann) is S.IDLE


def test_left_and_right_choose_the_account_of_the_next_call() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001", "1004"), bench.phone("1002")
    assert ann.device.screen.title == "1001"
    ann.press("RIGHT")
    assert ann.device.screen.title == "1004"
    ann.press(*digits("1002"), "OK")
    assert bob.call.number == "1004"
    ann.press("X", "RIGHT", "RD")
    assert bob.call.number == "1001"
    ann.press("X", "L2", "LEFT", *digits("1002"), "OK")
    assert bob.call.number == "1001"


def test_a_chosen_account_that_is_not_registered_says_so() -> None:
    ann = Bench().phone("1001", "9999")
    ann.press("RIGHT", *digits("1002"), "OK")
    assert ann.device.status.notice == "account 9999@127.0.0.1 is not registered"


def test_without_an_account_there_is_nothing_to_choose() -> None:
    ann = Bench().phone("1001")
    ann.device.apply_settings(PhoneSettings())
    ann.press("RIGHT")
    assert ann.device.screen.title == "No account"


def test_up_and_down_choose_among_calls_that_ring_or_are_held() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    bob.dial("1001")
    cleo.dial("1001")
    assert [line.is_selected for line in ann.device.screen.lines] == [True, False]
    ann.press("DOWN")
    assert [line.is_selected for line in ann.device.screen.lines] == [False, True]
    ann.press("OK", "OK")
    assert sorted(ann.states) == [("1002", "connected"), ("1003", "held")]
    ann.press("F_HOLD", "UP", "F_HOLD")
    assert sorted(ann.states) == [("1002", "held"), ("1003", "connected")]
