"""Whether the face is a living person's, in one line."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from app.core.liveness import Liveness, LivenessVerdict
from app.flows.policy_word import CHALLENGES
from app.ui import liveness_texts
from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, label, set_tone

_LOOKS = {
    LivenessVerdict.PASSED: ("heartbeat", "good"),
    LivenessVerdict.FAILED: ("warning", "bad"),
    LivenessVerdict.NOT_ENOUGH: ("hourglass", "muted"),
    LivenessVerdict.NOT_RUN: ("minus-circle", "muted"),
}


class LivingLine(Pane):
    """An icon and a few words; what each cue says stands in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._glyph, self.word = Glyph("minus-circle", "muted", 16), label("muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.word, 1)

    def show_liveness(self, said: Liveness) -> None:
        """Say what is known."""
        glyph, role = _LOOKS[said.verdict]
        self._glyph.show_icon(glyph, role)
        set_tone(self.word, "tone", role)
        self.word.setText(self._words(said))
        self.setToolTip("\n".join(map(liveness_texts.cue_line, said.cues)))
        self.setAccessibleName(self.word.text())
        self.setAccessibleDescription(". ".join(map(liveness_texts.cue_line, said.cues)))

    def _words(self, said: Liveness) -> str:
        match said.verdict:
            case LivenessVerdict.PASSED:
                return self.tr("A living face")
            case LivenessVerdict.FAILED:
                return self.tr("Not a living face")
            case LivenessVerdict.NOT_ENOUGH if said.policy in CHALLENGES:
                return self.tr("Movements are needed")
            case LivenessVerdict.NOT_ENOUGH:
                return self.tr("Liveness: turn your head a little")
            case _:
                return self.tr("Liveness is not checked")
