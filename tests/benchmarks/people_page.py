"""Times the people page with many people: `python -m tests.benchmarks.people_page [COUNT]`.

Prints one JSON object: medians and 95th percentiles in milliseconds. A frame at 60 Hz lasts 16.7 ms.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.core.faces import Embedding
from app.services.people.people_index import PeopleIndex, Standing
from app.store.people.audited_transactions import AuditedTransactions
from app.store.people.enrolment import insert_people
from app.store.people.profile import apply_changes
from app.store.people.templates import store_templates
from app.store.people.vectors import NewTemplate
from app.ui import theme
from app.ui.people.people_page import PeoplePage
from app.ui.people.people_table import Column, PeopleModel
from app.ui.shell.qt_application import make_qt_app
from app.ui.shell.session import Session
from app.wiring import Application
from app.wiring.screens import window_backend
from tests.fakes.pipeline import embedding
from tests.ui.application import AppHarness

_REPEATS = 30
_TEMPLATES = 5
_GIVEN = ("Ada", "Grace", "Wei", "Noor", "Émile", "Katherine", "王", "José", "Ingrid", "Tariq")


def main(count: int) -> None:
    """Measure, and print the result."""
    with tempfile.TemporaryDirectory() as directory, Application(Path(directory) / "people.sqlite3") as application:
        fill(application, count)
        measured = {"read_roster": times(application.people.people_index, repeats=5)}
        measured |= measure_page(application.people.people_index())
    print(json.dumps({"people": count, **measured}))  # noqa: T201 - this is a command


def fill(application: Application, count: int) -> None:
    """Store `count` people with five templates each, in one transaction."""
    now = datetime.now(UTC)
    names = [f"{_GIVEN[number % len(_GIVEN)]} Person {number:06}" for number in range(count)]
    made_by = {"model": application.models.embedder_row.name, "model_sha256": application.models.embedder_row.space}
    face = embedding()
    template = NewTemplate(Embedding(face.vector, made_by["model"]), made_by["model_sha256"], 0.9, "")
    transactions = AuditedTransactions(application.storage.database, application.clock, "benchmark")
    with transactions.begin() as change:
        for number, name in enumerate(names):
            (row,) = insert_people(change.session, [(str(number), name)], now)
            apply_changes(change.session, row, {"badge": str(number), "groups": (f"G{number % 20}",)})
            store_templates(change, (row.id, [template] * _TEMPLATES))
            change.people.add(row.id)


def measure_page(people_index: PeopleIndex) -> dict[str, dict[str, float]]:
    """Time the user's actions on the page."""
    app = make_qt_app()
    theme.apply(app, theme.DARK)
    session = Session(window_backend(AppHarness()))
    page = PeoplePage(session)
    page.resize(1180, 760)
    page.show()
    page.show_people_index(people_index)
    app.processEvents()
    measured = {
        "keystroke_of_a_search": times(lambda text: typed(page, text), ["a", "ad", "ada", "ada 1", "z", ""]),
        "filter": times(page.filters.standing.choose, [Standing.INACTIVE, Standing.ACTIVE, ""]),
        "sort": times(lambda column: sort(page, column), [Column.TEMPLATES, Column.BADGE, Column.NAME]),
        "scroll_one_step": times(lambda row: scroll(page, row), range(0, len(people_index.entries), 331)),
        "change_by_another_user": times(lambda: page.show_people_index(people_index)),
    }
    session.close()
    page.deleteLater()
    app.processEvents()
    return measured


def typed(page: PeoplePage, text: str) -> None:
    """Type a letter into the search field, and paint."""
    page.search.setText(text)
    paint(page)


def sort(page: PeoplePage, column: Column) -> None:
    """Click a column heading, and paint."""
    page.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    paint(page)


def scroll(page: PeoplePage, row: int) -> None:
    """Scroll to a row, and paint."""
    model = page.table.model()
    assert isinstance(model, PeopleModel)
    page.table.scrollTo(model.index(row, 0))
    paint(page)


def paint(page: PeoplePage) -> None:
    """Paint the table to an image."""
    image = QImage(page.table.size(), QImage.Format.Format_RGB32)
    page.table.render(image)


def times(work: Callable[..., object], arguments: object = None, repeats: int = _REPEATS) -> dict[str, float]:
    """Return milliseconds of repeated calls, with each argument in turn."""
    values = [(value,) for value in arguments] if isinstance(arguments, list | range) else [()]
    taken = []
    for number in range(max(repeats, len(values))):
        began = perf_counter()
        work(*values[number % len(values)])
        taken.append(1000 * (perf_counter() - began))
    return {"p50": round(median(taken), 2), "p95": round(quantiles(taken, n=20)[-1], 2)}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
