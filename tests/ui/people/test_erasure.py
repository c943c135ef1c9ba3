"""Erasing in the window on a real database leaves no traces in any file."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.core.faces import Embedding
from app.core.logging import configure_logging
from app.store.people.repository import NewTemplate
from app.ui.shell.main_window import MainWindow
from tests.fakes.data_remnants import find_remnants
from tests.ui.application import AppHarness
from tests.ui.conftest import OpenWindow

NAME, NOTE = "Ada Augusta Byron", "comes by the blue side door"


@pytest.fixture
def template(application: AppHarness) -> NewTemplate:
    vector = np.random.default_rng(3).standard_normal(192)
    row = application.models.embedder_row
    made = Embedding((vector / np.linalg.norm(vector)).astype(np.float32), row.name)
    return NewTemplate(made, row.space, 0.9, "ada.jpg", thumbnail=np.random.default_rng(4).bytes(3000))


@pytest.fixture
def window(application: AppHarness, template: NewTemplate, open_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    """A window on a real database, closed afterwards."""
    application.storage.people.add(NAME, [template], note=NOTE)
    configure_logging(verbose=True)
    window = open_window(application)
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.card.person is not None)
    return window


def test_erasing_leaves_no_traces_in_any_file(
    window: MainWindow, application: AppHarness, template: NewTemplate, qtbot: QtBot, tmp_path: Path
) -> None:
    assert template.thumbnail is not None
    with application.storage.database.connection() as connection:
        sealed = [bytes(value) for (value,) in connection.exec_driver_sql("SELECT vector FROM templates")]
    assert find_remnants(tmp_path, [], sealed) != []
    blobs = [template.embedding.vector.tobytes(), template.thumbnail, *sealed]
    window.people.card.begin_edit()
    window.people.card.edit_pane.name.setText("Countess Lovelace-Byron")
    window.people.card.edit_pane.save.click()
    qtbot.waitUntil(lambda: window.people.card.name.text() == "Countess Lovelace-Byron")
    window.people.card.begin_erase()
    window.people.card.erase_pane.erase.click()
    qtbot.waitUntil(window.people.empty.isVisible)
    assert not window.people.message.isVisible()
    assert find_remnants(tmp_path, [NAME, NOTE, "Countess Lovelace-Byron"], blobs) == []
