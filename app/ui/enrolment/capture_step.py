"""The third step of an enrolment: collecting samples from the camera."""

from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.errors import FacelatchError
from app.core.faces import QualityHint
from app.flows.enrolment import EnrolmentSample
from app.flows.enrolment_status import EnrolmentState, EnrolmentStatus, Guidance
from app.ui.enrolment.face_images import SampleStrip
from app.ui.enrolment.progress_ring import ProgressRing, centred
from app.ui.texts import value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.labels import announce
from app.ui.widgets.panes import Pane, button, label

_GLYPHS = {"good": "check-circle", "bad": "warning-octagon", "caution": "warning-circle"}


@dataclass(frozen=True, slots=True)
class Storing:
    """The samples are being saved."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The camera delivers no picture; `cause` says why and is empty once it does again."""

    cause: str


@dataclass(frozen=True, slots=True)
class VideoEnded:
    """The video ended before every direction was seen; `status` is the state of the collection."""

    status: EnrolmentStatus


_Shown = EnrolmentStatus | FacelatchError | Storing | Interrupted | VideoEnded


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts and colour of one state."""

    role: str
    title: str
    lead: str = ""
    note: str = ""
    retry: bool = False
    can_skip: bool = False
    save: bool = False
    leave: bool = True


class CaptureStep(Pane):
    """Shows the progress of sample collection; makes no decisions.

    Signals:
        retry_wanted: Collect the samples, or save them, again.
        skip_wanted: Stop asking for further directions.
        save_partial_wanted: Save the directions that the video has shown.
        replay_wanted: Restart the video and the collection.
        close_wanted: Close the panel.
    """

    retry_wanted = Signal()
    skip_wanted = Signal()
    save_partial_wanted = Signal()
    replay_wanted = Signal()
    close_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: _Shown | None = None
        self._spoken = ""
        self._issues: Counter[tuple[Guidance, tuple[QualityHint, ...]]] = Counter()
        self.ring, self.samples_strip = ProgressRing(), SampleStrip()
        self.title, self.lead = label("title", wrap=True), label("lead", wrap=True)
        self.note = label("muted", wrap=True)
        self.save, self.retry = button("primary"), button("primary")
        self.skip, self.leave = button("plain"), button("plain")
        self.save.clicked.connect(self.save_partial_wanted)
        self.retry.clicked.connect(self._try_again)
        self.skip.clicked.connect(self.skip_wanted)
        self.leave.clicked.connect(self.close_wanted)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self.retranslate()

    def begin(self, status: EnrolmentStatus, *, mirror: bool) -> None:
        """Show an empty collection.

        Args:
            status: State of the enrolment flow.
            mirror: Whether the preview is mirrored.
        """
        self.forget()
        self._spoken = ""
        self.show_status(status, mirror=mirror)
        self._issues.clear()
        self.leave.setFocus()

    def forget(self) -> None:
        """Discard all pictures."""
        self.samples_strip.forget()
        self.show_face(None)

    def show_face(self, face: QImage | None) -> None:
        """Show the cropped face; None for no face."""
        self.ring.show_face(face)

    def show_status(self, status: EnrolmentStatus, *, mirror: bool) -> None:
        """Show the state of the collection.

        Args:
            status: State of the enrolment flow.
            mirror: Whether the preview is mirrored.
        """
        if status.is_running and status.guidance not in {Guidance.HOLD, Guidance.TURN, Guidance.LOOK_AHEAD}:
            self._issues[status.guidance, status.hints[:1]] += 1
        self.ring.show_progress(status.ring, status.pose, mirror=mirror)
        self._show_state(status)

    def show_storing(self) -> None:
        """Show that the samples are being saved."""
        self.setFocus()  # the focused button is disabled now, and Qt would move the focus to an arbitrary neighbour
        self._show_state(Storing())

    def show_interruption(self, cause: str) -> None:
        """Show why there is no picture; an empty cause means that it is back."""
        self.forget()
        self.ring.show_progress((), None, mirror=True)
        self._show_state(Interrupted(cause))

    def show_video_ended(self, status: EnrolmentStatus, samples: tuple[EnrolmentSample, ...]) -> None:
        """Show that the video ended before every direction was seen.

        Args:
            status: State of the enrolment flow.
            samples: The samples collected so far.
        """
        if isinstance(self._shown, VideoEnded):
            return
        self.show_face(None)
        self.samples_strip.show_samples(samples)
        self._show_state(VideoEnded(status))
        (self.save if status.can_skip_missing_poses else self.retry).setFocus()

    def show_error(self, error: FacelatchError) -> None:
        """Show why the samples could not be saved."""
        self._show_state(error)
        self.retry.setFocus()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.save.setText(self.tr("Save these directions"))
        self.retry.setText(self.tr("Play again") if isinstance(self._shown, VideoEnded) else self.tr("Try again"))
        self.skip.setText(self.tr("Skip the other directions"))
        self.skip.setToolTip(
            self.tr("For people who cannot turn their head. A turned face is then recognised less often")
        )
        self.leave.setText(self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Close without saving (Esc)"))
        match self._shown:
            case EnrolmentStatus() as status:
                self._show_texts(self._texts_of_status(status))
            case Storing():
                self._show_texts(_Texts("accent", self.tr("Saving the pictures"), leave=False))
            case Interrupted() as interrupted:
                note = self.tr("Nothing was saved.")
                title = self.tr("Camera interrupted")
                lead = interrupted.cause or self.tr("The camera is back.")
                self._show_texts(_Texts("caution", title, lead, note, retry=not interrupted.cause))
            case VideoEnded():
                self._show_texts(self._texts_of_video(self._shown.status))
            case None:
                self._show_texts(_Texts("muted", self.tr("One moment")))
            case error:
                self._show_texts(self._texts_of_error(error))

    def _try_again(self) -> None:
        (self.replay_wanted if isinstance(self._shown, VideoEnded) else self.retry_wanted).emit()

    def _show_state(self, shown: _Shown) -> None:
        if shown != self._shown:
            self._shown = shown
            self.retranslate()

    def _texts_of_status(self, status: EnrolmentStatus) -> _Texts:
        if not status.is_running and status.state is not EnrolmentState.COMPLETE:
            return _Texts(
                "caution", value_texts.guidance(status), self._main_issue(), self.tr("Nothing was saved."), retry=True
            )
        is_good = status.guidance in {Guidance.HOLD, Guidance.TURN, Guidance.LOOK_AHEAD}
        wanted = len(status.ring)
        count = self.tr("{done} of {wanted} directions").format(done=status.done, wanted=wanted)
        can_skip = status.can_skip_missing_poses and status.done < wanted
        return _Texts("accent" if is_good else "caution", value_texts.guidance(status), "", count, can_skip=can_skip)

    def _texts_of_video(self, status: EnrolmentStatus) -> _Texts:
        title = self.tr("The video has ended")
        count = self.tr("{done} of {wanted} directions").format(done=status.done, wanted=len(status.ring))
        if not status.can_skip_missing_poses:
            return _Texts(
                "caution",
                title,
                self.tr("The video does not show the face from the front for long enough."),
                count,
                retry=True,
            )
        lead = self.tr("You can save the directions seen so far. A turned face is then recognised less often.")
        return _Texts("caution", title, lead, count, retry=True, save=True)

    def _texts_of_error(self, error: FacelatchError) -> _Texts:
        lead = breakable(f"{value_texts.error_message(error)}\n{value_texts.error_hint(error)}".strip())
        note = self.tr("The pictures are discarded when you close this panel.")
        return _Texts("bad", self.tr("Not saved yet"), lead, note, retry=True)

    def _main_issue(self) -> str:
        """Return the most frequent quality issue as text."""
        guidance, hints = max(self._issues, key=self._issues.__getitem__, default=(Guidance.HOLD, ()))
        if hints:
            return value_texts.hint(hints[0])
        match guidance:
            case Guidance.SHOW_FACE:
                return self.tr("No face was visible.")
            case Guidance.ONE_AT_A_TIME:
                return self.tr("More than one person was visible.")
            case Guidance.OTHER_PERSON:
                return self.tr("The person in front of the camera changed.")
            case _:
                return self.tr("Follow the arrow on the ring slowly, alone, in even light.")

    def _show_texts(self, words: _Texts) -> None:
        self.ring.show_state(_GLYPHS.get(words.role, "user-focus"), words.role)
        set_style_property(self.title, "tone", words.role if words.role != "accent" else "")
        for part, text in ((self.title, words.title), (self.lead, words.lead), (self.note, words.note)):
            part.setText(text)
            part.setVisible(bool(text))
        self.save.setVisible(words.save)
        self.retry.setVisible(words.retry)
        set_style_property(self.retry, "kind", "plain" if words.save else "primary")
        self.skip.setVisible(words.can_skip)
        self.leave.setEnabled(words.leave)
        spoken = value_texts.sentences(words.title, words.lead, words.note)
        self.setAccessibleName(spoken)
        if self.isVisible() and spoken != self._spoken:
            self._spoken = spoken
            announce(self, value_texts.sentences(words.title, words.lead))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(1)
        for part in (self.title, self.lead):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addSpacing(8)
        column.addLayout(centred(self.ring), 1000)
        column.addSpacing(8)
        column.addWidget(self.samples_strip)
        self.note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.note)
        column.addStretch(1)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for made in (self.save, self.retry, self.skip, self.leave):
            buttons.addWidget(made, 1)
        column.addLayout(buttons)
