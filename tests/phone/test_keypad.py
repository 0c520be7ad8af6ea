import pytest

from offhook.phone.keypad import AUDIO_KEYS, DSS_KEYS, KEYPAD, LINE_KEYS, AudioPath, action_for
from offhook.phone.soft_keys import Action, Situation
from offhook.protocol.keys import DIGIT_KEYS, Key

_COLUMNS = [
    Situation.IDLE,
    Situation.ENTERING,
    Situation.DIALLING,
    Situation.CALLING,
    Situation.RINGING,
    Situation.CALL_WAITING,
    Situation.TALKING,
    Situation.HELD,
    Situation.CONFERENCE,
    Situation.TRANSFER_COLLECTING,
    Situation.CONSULTING,
    Situation.TRANSFERRING,
    Situation.BUSY_TONE,
    Situation.ENDING,
    Situation.MENU,
    Situation.CALL_LIST,
    Situation.DIRECTORY,
    Situation.MENU_ENTRY,
    Situation.MENU_QUESTION,
]
_CODES = {
    "-": Action.NO_EFFECT,
    "off": Action.GO_OFF_HOOK,
    "on": Action.GO_ON_HOOK,
    "add": Action.ADD_DIGIT,
    "del": Action.DELETE_DIGIT,
    "wipe": Action.CLEAR_ENTRY,
    "send": Action.SEND_NUMBER,
    "send#": Action.SEND_OR_POUND,
    "pick": Action.ANSWER,
    "rej": Action.REJECT,
    "end": Action.END_CALL,
    "hold": Action.HOLD,
    "back": Action.RETRIEVE,
    "new": Action.NEW_CALL,
    "dtmf": Action.SEND_DTMF,
    "mute": Action.TOGGLE_MUTE,
    "up": Action.VOLUME_UP,
    "down": Action.VOLUME_DOWN,
    "path": Action.CHOOSE_PATH,
    "rd": Action.REDIAL,
    "mail": Action.DIAL_VOICEMAIL,
    "dnd+": Action.DND_ON,
    "dnd-": Action.DND_OFF,
    "dnd": Action.TOGGLE_DND,
    "xfer": Action.START_TRANSFER,
    "blind": Action.TRANSFER_BLIND,
    "call": Action.CONSULT,
    "call#": Action.CONSULT_OR_POUND,
    "done": Action.COMPLETE_TRANSFER,
    "undo": Action.CANCEL_TRANSFER,
    "join": Action.JOIN_CONFERENCE,
    "line": Action.SELECT_LINE,
    "boot": Action.REBOOT,
    "prov": Action.PROVISION,
    "away": Action.DISMISS,
    "acc-": Action.PREVIOUS_ACCOUNT,
    "acc+": Action.NEXT_ACCOUNT,
    "prev": Action.PREVIOUS_CALL,
    "next": Action.NEXT_CALL,
    "dss": Action.PRESS_DSS,
    "menu": Action.OPEN_MENU,
    "calls": Action.OPEN_CALLS,
    "dir": Action.OPEN_DIRECTORY,
    "mu": Action.MENU_UP,
    "md": Action.MENU_DOWN,
    "less": Action.MENU_LEFT,
    "more": Action.MENU_RIGHT,
    "ok": Action.MENU_CONFIRM,
    "out": Action.MENU_BACK,
    "rm": Action.MENU_DELETE,
    "save": Action.MENU_SAVE,
    "type": Action.MENU_TYPE,
    "rub": Action.MENU_ERASE,
}
#            idle  ent  dial  call ring wait talk held conf coll  cons xfer tone end  menu list dir  entry ask
_TABLE = """
OK           menu  send send  -    pick pick -    back -    call  -    -    on   -    ok   ok   ok   ok    ok
Enter        menu  send send  -    pick pick -    back -    call  -    -    on   -    ok   ok   ok   ok    ok
Speaker      off   send path  path pick path path path path path  path path off  -    off  off  off  off   off
HEADSET      off   send path  path pick path path path path path  path path off  -    off  off  off  off   off
F_TRANSFER   -     -    -     -    -    xfer xfer xfer -    blind done -    -    -    -    -    -    -     -
VOLUME_UP    up    up   up    up   up   up   up   up   up   up    up   up   up   up   up   up   up   up    up
VOLUME_DOWN  down  down down  down down down down down down down  down down down down down down down down  down
MUTE         -     -    -     -    -    mute mute -    mute -     mute -    -    -    -    -    -    -     -
F_HOLD       -     -    back  -    -    hold hold back hold -     -    -    -    -    -    -    -    -     -
X            away  wipe on    end  rej  rej  end  end  end  undo  undo end  on   -    out  out  out  out   out
F_CONFERENCE -     -    -     -    -    join join -    -    -     join -    -    -    -    -    -    -     -
F1           rd    send send  -    pick pick hold back hold call  join -    rd   -    ok   ok   ok   ok    ok
F2           dnd   del  del   -    rej  rej  xfer xfer -    blind done -    -    -    -    rm   rm   rub   -
F3           mail  -    -     -    -    hold join new  -    del   -    -    -    -    -    save save -     -
F4           menu  wipe on    end  -    end  end  end  end  undo  undo end  on   -    out  out  out  out   out
MSG          mail  mail mail  -    -    -    -    -    -    -     -    -    mail -    mail mail mail mail  mail
RD           rd    rd   rd    -    -    -    -    -    -    -     -    -    rd   -    rd   rd   rd   rd    rd
UP           calls -    -     -    prev prev -    prev -    -     -    -    -    -    mu   mu   mu   -     -
DOWN         dir   -    -     -    next next -    next -    -     -    -    -    -    md   md   md   -     -
LEFT         acc-  acc- acc-  -    -    -    -    -    -    -     -    -    -    -    less less less rub   -
RIGHT        acc+  acc+ acc+  -    -    -    -    -    -    -     -    -    -    -    more more more more  -
Reboot       boot  boot boot  boot boot boot boot boot boot boot  boot boot boot boot boot boot boot boot  boot
AutoP        prov  prov prov  prov prov prov prov prov prov prov  prov prov prov prov prov prov prov prov  prov
DNDOn        dnd+  dnd+ dnd+  dnd+ dnd+ dnd+ dnd+ dnd+ dnd+ dnd+  dnd+ dnd+ dnd+ dnd+ dnd+ dnd+ dnd+ dnd+  dnd+
DNDOff       dnd-  dnd- dnd-  dnd- dnd- dnd- dnd- dnd- dnd- dnd-  dnd- dnd- dnd- dnd- dnd- dnd- dnd- dnd-  dnd-
0-9*         add   add  add   -    -    dtmf dtmf add  dtmf add   dtmf -    add  -    add  add  add  type  add
POUND        add   send send# -    -    dtmf dtmf add  dtmf call# dtmf -    add  -    add  add  add  type  add
L1-L8        line  line line  -    line line line line -    -     -    -    line -    line line line line  line
D1-D10       dss   dss  dss   dss  dss  dss  dss  dss  dss  dss   dss  dss  dss  dss  dss  dss  dss  dss   dss
"""
_GROUPS: dict[str, list[Key]] = {
    "0-9*": [key for key in DIGIT_KEYS if key is not Key.POUND],
    "L1-L8": list(LINE_KEYS),
    "D1-D10": list(DSS_KEYS),
}


def _cells() -> list[tuple[Key, Situation, Action]]:
    cells = []
    for row in _TABLE.strip().splitlines():
        name, *codes = row.split()
        assert len(codes) == len(_COLUMNS), name
        for key in _GROUPS.get(name) or [Key(name)]:
            cells += [(key, column, _CODES[code]) for column, code in zip(_COLUMNS, codes, strict=True)]
    return cells


_CELLS = _cells()


def test_the_table_below_has_every_key_in_every_situation_once() -> None:
    assert len(Key) == 55
    assert set(_COLUMNS) == set(Situation)
    assert len(_CELLS) == len({(key, situation) for key, situation, _ in _CELLS}) == 55 * len(Situation)


@pytest.mark.parametrize("key", Key)
def test_what_a_key_does(key: Key) -> None:
    expected = {situation: action for each, situation, action in _CELLS if each is key}
    assert KEYPAD[key] == expected
    assert {situation: action_for(key, situation) for situation in Situation} == expected


def test_x_mutes_in_a_talk_when_it_is_set_so() -> None:
    changed = {
        situation: action_for(Key.X, situation, x_mutes=True)
        for situation in Situation
        if action_for(Key.X, situation, x_mutes=True) is not action_for(Key.X, situation)
    }
    assert changed == {
        Situation.TALKING: Action.TOGGLE_MUTE,
        Situation.CONFERENCE: Action.TOGGLE_MUTE,
    }


def test_x_set_to_mute_changes_no_other_key() -> None:
    for key in Key:
        if key is not Key.X:
            for situation in Situation:
                assert action_for(key, situation, x_mutes=True) is action_for(key, situation)


def test_the_audio_keys_choose_their_path() -> None:
    assert AUDIO_KEYS == {Key.SPEAKER: AudioPath.SPEAKER, Key.HEADSET: AudioPath.HEADSET}


def test_the_line_keys_count_from_one() -> None:
    assert LINE_KEYS[Key.L1] == 1
    assert LINE_KEYS[Key.L8] == 8
    assert len(LINE_KEYS) == 8


def test_the_programmable_keys_count_from_one() -> None:
    assert DSS_KEYS[Key.D1] == 1
    assert DSS_KEYS[Key.D10] == 10
    assert len(DSS_KEYS) == 10
