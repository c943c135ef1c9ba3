"""Audit events as text."""

from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from app.core.audit import AuditKind, Detail
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.liveness import LivenessPolicy, LivenessVerdict
from app.services.audit.audit_service import AuditLine, pseudonym
from app.ui.texts import liveness_texts, value_texts
from app.ui.texts.reason_texts import Rejection, rejection_of_event

translate = QCoreApplication.translate

_KINDS = {
    AuditKind.PERSON_ENROLLED: QT_TRANSLATE_NOOP("audit", "Enrolled"),
    AuditKind.PERSON_CHANGED: QT_TRANSLATE_NOOP("audit", "Details changed"),
    AuditKind.PERSON_RENAMED: QT_TRANSLATE_NOOP("audit", "Renamed"),
    AuditKind.PEOPLE_MERGED: QT_TRANSLATE_NOOP("audit", "Two entries merged"),
    AuditKind.PERSON_ERASED: QT_TRANSLATE_NOOP("audit", "Erased"),
    AuditKind.PERSON_EXPIRED: QT_TRANSLATE_NOOP("audit", "Erased when due"),
    AuditKind.PERSON_IMPORTED: QT_TRANSLATE_NOOP("audit", "Imported"),
    AuditKind.TEMPLATES_ADDED: QT_TRANSLATE_NOOP("audit", "Templates added"),
    AuditKind.TEMPLATE_RETIRED: QT_TRANSLATE_NOOP("audit", "Template retired"),
    AuditKind.TEMPLATE_RESTORED: QT_TRANSLATE_NOOP("audit", "Template restored"),
    AuditKind.ANCHOR_ADDED: QT_TRANSLATE_NOOP("audit", "Marked as not this person"),
    AuditKind.ANCHOR_REMOVED: QT_TRANSLATE_NOOP("audit", "Mark removed"),
    AuditKind.FACE_ACCEPTED: QT_TRANSLATE_NOOP("audit", "Recognised"),
    AuditKind.FACE_REJECTED: QT_TRANSLATE_NOOP("audit", "Not recognised"),
    AuditKind.SETTINGS_CHANGED: QT_TRANSLATE_NOOP("audit", "Setting changed"),
    AuditKind.THRESHOLD_MOVED: QT_TRANSLATE_NOOP("audit", "Similarity needed changed"),
    AuditKind.STORE_RESTORED: QT_TRANSLATE_NOOP("audit", "Backup restored"),
    AuditKind.KIOSK_STARTED: QT_TRANSLATE_NOOP("audit", "Kiosk started"),
    AuditKind.KIOSK_LEFT: QT_TRANSLATE_NOOP("audit", "Kiosk closed"),
    AuditKind.UNLOCKED: QT_TRANSLATE_NOOP("audit", "Unlocked"),
    AuditKind.DENIED: QT_TRANSLATE_NOOP("audit", "Denied"),
    AuditKind.LOCKED_OUT: QT_TRANSLATE_NOOP("audit", "Locked out"),
    AuditKind.LOCKOUT_RESET: QT_TRANSLATE_NOOP("audit", "Lockout reset"),
    AuditKind.PIN_ACCEPTED: QT_TRANSLATE_NOOP("audit", "PIN accepted"),
    AuditKind.PIN_REFUSED: QT_TRANSLATE_NOOP("audit", "PIN rejected"),
    AuditKind.PIN_CHANGED: QT_TRANSLATE_NOOP("audit", "PIN changed"),
    AuditKind.ACTION_DONE: QT_TRANSLATE_NOOP("audit", "Action done"),
    AuditKind.ACTION_FAILED: QT_TRANSLATE_NOOP("audit", "Action failed"),
    AuditKind.AUDIT_PRUNED: QT_TRANSLATE_NOOP("audit", "Old events removed"),
    AuditKind.KEYS_CHANGED: QT_TRANSLATE_NOOP("audit", "Keys changed"),
    AuditKind.AUDIT_CHAIN_BEGUN: QT_TRANSLATE_NOOP("audit", "Audit log protection started"),
    AuditKind.AUDIT_RESEALED: QT_TRANSLATE_NOOP("audit", "Audit log resealed"),
    AuditKind.PASSWORD_CHANGED: QT_TRANSLATE_NOOP("audit", "Password changed"),
    AuditKind.SIGNED_IN: QT_TRANSLATE_NOOP("audit", "Signed in"),
    AuditKind.SIGNED_OUT: QT_TRANSLATE_NOOP("audit", "Signed out"),
    AuditKind.SIGN_IN_REFUSED: QT_TRANSLATE_NOOP("audit", "Sign-in rejected"),
}
_LOOKS = {
    AuditKind.FACE_ACCEPTED: ("check-circle", "good"),
    AuditKind.FACE_REJECTED: ("x-circle", "bad"),
    AuditKind.UNLOCKED: ("lock-open", "good"),
    AuditKind.DENIED: ("prohibit", "bad"),
    AuditKind.LOCKED_OUT: ("lock", "bad"),
    AuditKind.LOCKOUT_RESET: ("lock-open", "accent"),
    AuditKind.PIN_ACCEPTED: ("key", "good"),
    AuditKind.PIN_REFUSED: ("key", "bad"),
    AuditKind.ACTION_FAILED: ("warning", "caution"),
    AuditKind.AUDIT_RESEALED: ("warning", "caution"),
    AuditKind.SIGNED_IN: ("key", "good"),
    AuditKind.SIGN_IN_REFUSED: ("key", "bad"),
    AuditKind.PERSON_ERASED: ("trash", "muted"),
    AuditKind.PERSON_EXPIRED: ("trash", "muted"),
    AuditKind.ANCHOR_ADDED: ("user-minus", "caution"),
}
"""Icon and colour role of the event kinds that stand out."""


class EventGroup(StrEnum):
    """Groups of event kinds for the filter."""

    FACES = "faces"
    PEOPLE = "people"
    KIOSK = "kiosk"
    PROGRAM = "program"

    @property
    def kinds(self) -> frozenset[AuditKind]:
        """The event kinds in the group."""
        return frozenset(kind for kind in AuditKind if group_of(kind) is self)


_GROUPS = {
    EventGroup.FACES: (QT_TRANSLATE_NOOP("audit", "Faces"), "user-focus"),
    EventGroup.PEOPLE: (QT_TRANSLATE_NOOP("audit", "People"), "user"),
    EventGroup.KIOSK: (QT_TRANSLATE_NOOP("audit", "Kiosk"), "door"),
    EventGroup.PROGRAM: (QT_TRANSLATE_NOOP("audit", "Program"), "gear"),
}
_BEGINNINGS = {
    EventGroup.FACES: ("face",),
    EventGroup.PEOPLE: ("person", "people", "template", "templates", "anchor"),
    EventGroup.KIOSK: ("kiosk", "unlocked", "denied", "locked", "pin", "action"),
}
_ACTORS = {
    "window": QT_TRANSLATE_NOOP("audit", "Window"),
    "command": QT_TRANSLATE_NOOP("audit", "Command"),
    "kiosk": QT_TRANSLATE_NOOP("audit", "Kiosk"),
}
_DETAILS = {
    "receivers": QT_TRANSLATE_NOOP("audit", "Receivers"),
    "similarity": QT_TRANSLATE_NOOP("audit", "Similarity"),
    "threshold": QT_TRANSLATE_NOOP("audit", "Similarity needed"),
    "runner_up": QT_TRANSLATE_NOOP("audit", "Runner-up"),
    "margin": QT_TRANSLATE_NOOP("audit", "Margin to the runner-up"),
    "fmr": QT_TRANSLATE_NOOP("audit", "Strangers this similar"),
    "nearest": QT_TRANSLATE_NOOP("audit", "Most similar"),
    "merged": QT_TRANSLATE_NOOP("audit", "Other entry"),
    "operating_point": QT_TRANSLATE_NOOP("audit", "Strictness"),
    "one_in": QT_TRANSLATE_NOOP("audit", "Strictness: one stranger in"),
    "held": QT_TRANSLATE_NOOP("audit", "Held: one stranger in"),
    "people": QT_TRANSLATE_NOOP("audit", "People enrolled"),
    "attempts": QT_TRANSLATE_NOOP("audit", "Attempts until the lockout"),
    "model": QT_TRANSLATE_NOOP("audit", "Model"),
    "templates": QT_TRANSLATE_NOOP("audit", "Templates"),
    "consent": QT_TRANSLATE_NOOP("audit", "Consent text"),
    "fields": QT_TRANSLATE_NOOP("audit", "Changed"),
    "active": QT_TRANSLATE_NOOP("audit", "Active"),
    "events": QT_TRANSLATE_NOOP("audit", "Events"),
    "action": QT_TRANSLATE_NOOP("audit", "Action"),
    "reason": QT_TRANSLATE_NOOP("audit", "Reason"),
    "backup": QT_TRANSLATE_NOOP("audit", "Backup"),
    "role": QT_TRANSLATE_NOOP("audit", "Role"),
    "means": QT_TRANSLATE_NOOP("audit", "Authentication method"),
    "pin_for_moving": QT_TRANSLATE_NOOP("audit", "PIN instead of movements"),
    "liveness": QT_TRANSLATE_NOOP("audit", "Liveness"),
    "liveness_policy": QT_TRANSLATE_NOOP("audit", "Liveness policy"),
    "liveness_cues": QT_TRANSLATE_NOOP("audit", "Cues"),
    "seconds": QT_TRANSLATE_NOOP("audit", "Seconds"),
    "sealed": QT_TRANSLATE_NOOP("audit", "Sealed up to event"),
}
_FRAMES = {"first_frame", "last_frame", "frames"}
_IN_THE_SENTENCE = {"gate", "hint", "setting", "value", "limit"}
_OF_A_SETTING = {"section", "name", "old", "new"}


def event_name(kind: AuditKind) -> str:
    """Return the name of an event kind."""
    return translate("audit", _KINDS[kind])


def event_icon(kind: AuditKind) -> tuple[str, str]:
    """Return the icon and colour role of an event kind."""
    return _LOOKS.get(kind) or (_GROUPS[group_of(kind)][1], "muted")


def group_of(kind: AuditKind) -> EventGroup:
    """Return the group of an event kind."""
    beginning = kind.value.partition("-")[0]
    return next((group for group, words in _BEGINNINGS.items() if beginning in words), EventGroup.PROGRAM)


def group_name(group: EventGroup | None) -> str:
    """Return the name of a group; "Everything" for None."""
    return translate("audit", _GROUPS[group][0] if group else QT_TRANSLATE_NOOP("audit", "Everything"))


def actor_name(value: str) -> str:
    """Return the name of an actor, with the kiosk's name if it is a kiosk."""
    kind, _, name = value.partition(" ")
    return " ".join(part for part in (translate("audit", _ACTORS.get(kind, kind)), name) if part)


def person_name(person_id: str, name: str) -> str:
    """Return a person's name, the pseudonym of an erased person, or an empty string without a person.

    Args:
        person_id: Id of the person; empty for none.
        name: The person's name; empty if erased.
    """
    if not person_id:
        return ""
    erased = translate("audit", "erased person {pseudonym}").format(pseudonym=pseudonym(person_id))
    return name or erased


def subject_name(line: AuditLine) -> str:
    """Return the name of the person whom the event concerns."""
    return person_name(line.event.entry.subject, line.name)


def rejection_finding(line: AuditLine) -> Rejection | None:
    """Return why a face was rejected; None if the event is no rejection."""
    return rejection_of_event(line.event.entry.details, subject_name(line))


def summary(line: AuditLine) -> str:
    """Return an event's details as one line."""
    details, found = line.event.entry.details, rejection_finding(line)
    if found is not None:
        return found.sentence
    if details.keys() >= _OF_A_SETTING:
        return f"{details['section']}.{details['name']}: {details['old']} → {details['new']}"
    if line.event.entry.kind is AuditKind.FACE_ACCEPTED:
        words = translate("texts", "Similarity {value}, needs {threshold}")
        return words.format(value=_plain(details.get("similarity")), threshold=_plain(details.get("threshold")))
    return ", ".join(f"{name}: {value}" for name, value in detail_rows(line) if "\n" not in value)


def detail_rows(line: AuditLine) -> list[tuple[str, str]]:
    """Return the details as pairs of name and value, without those in the rejection sentence."""
    details = line.event.entry.details
    left_out = _FRAMES | (_IN_THE_SENTENCE if rejection_finding(line) else set())
    if details.get("nearest") == line.event.entry.subject:
        left_out |= {"nearest"}
    known = [(name, details[name]) for name in _DETAILS if name in details.keys() - left_out]
    others = [(name, value) for name, value in details.items() if name not in _DETAILS.keys() | left_out]
    shown = [(_name(name), _value(line, name, value)) for name, value in known + others if value not in {None, ""}]
    if details.get("frames"):
        words = translate("audit", "{first} to {last}, {count} of them")
        frames = words.format(first=details.get("first_frame"), last=details.get("last_frame"), count=details["frames"])
        shown.append((translate("audit", "Frames"), frames))
    return shown


def searchable_text(line: AuditLine) -> str:
    """Return all text that the list shows of an event, case-folded. Callable from any thread."""
    entry = line.event.entry
    shown = (
        event_name(entry.kind),
        subject_name(line),
        summary(line),
        actor_name(entry.actor),
        value_texts.exact_moment(line.event.at),
    )
    return " ".join(shown).casefold()


def _name(detail: str) -> str:
    return translate("audit", _DETAILS[detail]) if detail in _DETAILS else detail.replace("_", " ").capitalize()


def _value(line: AuditLine, name: str, value: Detail) -> str:
    if name in {"nearest", "merged"}:
        return person_name(str(value), line.others.get(str(value), ""))
    if name == "fmr" and isinstance(value, float):
        return value_texts.one_in_text(value)
    if name in _OF_LIVENESS:
        return _OF_LIVENESS[name](str(value))
    if name == "operating_point":
        return value_texts.operating_point(str(value))
    return _plain(value)


def _verdict(value: str) -> str:
    known = value in set(LivenessVerdict)
    return liveness_texts.verdict_text(LivenessVerdict(value)) if known else value


def _policy(value: str) -> str:
    return liveness_texts.policy_text(LivenessPolicy(value)) if value in set(LivenessPolicy) else value


def _cues(value: str) -> str:
    """Return one line per cue from the stored form "cue=verdict cue=verdict"."""
    pairs = (pair.partition("=") for pair in value.split())
    return "\n".join(f"{liveness_texts.cue_name(cue)}: {_verdict(verdict)}" for cue, _, verdict in pairs)


_OF_LIVENESS = {"liveness": _verdict, "liveness_policy": _policy, "liveness_cues": _cues}


def _plain(value: Detail) -> str:
    if isinstance(value, bool):
        return translate("audit", "yes") if value else translate("audit", "no")
    if isinstance(value, float):
        return f"{value:.2f}"
    return "" if value is None else str(value)
