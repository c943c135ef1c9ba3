"""The card of one person."""

from collections.abc import Mapping

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.core.errors import FacelatchError, ImageError, InvalidChange, InvalidName, NoConsent, StoreError
from app.core.people import Person
from app.services.people.people_index import Standing
from app.services.people.people_service import PersonDetails
from app.ui.people.edit_pane import EditPane
from app.ui.people.merge_pane import MergePane
from app.ui.people.person_actions import ActionRow, ErasePane
from app.ui.people.person_sections import ConsentsSection, FactsSection, MarksSection, TemplatesSection
from app.ui.texts import people_texts, value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.labels import IconLabel, InlineMessage
from app.ui.widgets.panes import Pane, Scroll, label

_MARGIN = 24
_AIR = 24


class PersonCard(Pane):
    """Shows a person and the forms to change them; `PersonController` carries out their requests."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._details: PersonDetails | None = None
        self._standing = Standing.ACTIVE
        self._error: FacelatchError | None = None
        self.name, self.state_label, self.buttons = label("title", wrap=True), IconLabel(), ActionRow()
        self.message, self.status_message = InlineMessage("bad"), InlineMessage("muted")
        self.facts, self.templates = FactsSection(), TemplatesSection()
        self.consents, self.marks = ConsentsSection(), MarksSection()
        self.edit_pane, self.erase_pane, self.merge_pane = EditPane(), ErasePane(), MergePane()
        self._overview = QWidget()
        self._modes: tuple[QWidget, ...] = (self._overview, self.edit_pane, self.erase_pane, self.merge_pane)
        self._lay_out()
        self._connect()
        self._show_mode(self._overview)
        self.retranslate()

    @property
    def person(self) -> Person | None:
        """The person shown."""
        return self._details.person if self._details else None

    def show_details(
        self, details: PersonDetails | None, standing: Standing = Standing.ACTIVE, thumbnails: Mapping[str, bytes] = {}
    ) -> None:
        """Show a person, or none. A form already open for the same person stays open.

        Args:
            details: The person with templates, consents and marks.
            standing: Whether the person is recognised now.
            thumbnails: JPEG files by template id.
        """
        if self.person is None or details is None or details.person.id != self.person.id:
            self.close_form()
            self.status_message.show_text()
        self._details, self._standing = details, standing
        if details is not None:
            self.facts.show_details(details)
            self.templates.show_details(details, thumbnails)
            self.consents.show_consents(details.consents)
            self.marks.show_negative_templates(details.negative_templates)
        self.setVisible(details is not None)
        self.retranslate()

    def show_failure(self, error: FacelatchError) -> None:
        """Show an error beside the open form, which stays open for another try."""
        self._error = error
        self._update_error_text()

    def close_form(self) -> bool:
        """Close the open form; return False if none is open."""
        was_open = self._overview.isHidden()
        self._error = None
        self._update_error_text()
        focus = QApplication.focusWidget()
        inside = focus is not None and any(mode.isAncestorOf(focus) for mode in self._modes[1:])
        self._show_mode(self._overview)
        if inside:  # when its widget is hidden, Qt would move the focus to an arbitrary neighbour
            self.buttons.edit.setFocus()
        return was_open

    def begin_edit(self) -> None:
        """Open the edit form."""
        if self._details is not None and self.isVisible():
            self.close_form()
            self._show_mode(self.edit_pane)
            self.edit_pane.begin(self._details.person)

    def begin_erase(self) -> None:
        """Ask for confirmation before erasing."""
        if self._details is not None and self.isVisible():
            self.close_form()
            self._show_mode(self.erase_pane)
            self.erase_pane.begin(self._details)

    def begin_merge(self) -> None:
        """Open the search for the other entry."""
        if self._details is not None and self.isVisible():
            self.close_form()
            self._show_mode(self.merge_pane)
            self.merge_pane.begin(self._details.person)

    def retranslate(self) -> None:
        """Set every translated text."""
        self._update_error_text()
        if self._details is not None:
            person = self._details.person
            self.name.setText(breakable(person.name))
            self.state_label.show_label(
                *people_texts.STANDING_ICONS[self._standing], people_texts.standing_text(self._standing)
            )
            self.setAccessibleName(person.name)

    def _update_error_text(self) -> None:
        sentences = [value_texts.error_message(self._error)] if self._error else []
        if isinstance(
            self._error, ImageError | InvalidChange | InvalidName | NoConsent | StoreError
        ):  # the hints of other errors address the command line
            sentences.append(value_texts.error_hint(self._error))
        self.edit_pane.show_failure(self._error, *sentences)
        self.erase_pane.show_failure(*sentences)
        self.merge_pane.show_failure(*sentences)
        self.message.show_text(*sentences)

    def _show_mode(self, mode: QWidget) -> None:
        for part in self._modes:
            part.setVisible(part is mode)
        self.buttons.setVisible(mode is self._overview)

    def _connect(self) -> None:
        self.buttons.edit.clicked.connect(self.begin_edit)
        self.buttons.erase_wanted.connect(self.begin_erase)
        self.buttons.merge_wanted.connect(self.begin_merge)
        for mode in (self.edit_pane, self.erase_pane, self.merge_pane):
            mode.cancelled.connect(self.close_form)

    def _lay_out(self) -> None:
        body = Scroll()
        body.column.setSpacing(_AIR)
        for part in (self.facts, self.templates, self.consents, self.marks):
            body.column.addWidget(part)
        body.column.addStretch(1)
        overview = QVBoxLayout(self._overview)
        overview.setContentsMargins(0, 0, 0, 0)
        overview.setSpacing(8)
        overview.addWidget(self.status_message)
        overview.addWidget(self.message)
        overview.addWidget(body, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN - 8, 16)
        column.setSpacing(8)
        column.addWidget(self.name)
        column.addWidget(self.state_label)
        column.addSpacing(4)
        column.addWidget(self.buttons)
        for mode in self._modes:
            column.addWidget(mode, 1)
