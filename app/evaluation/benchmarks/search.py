"""Search benchmark: galleries of several sizes in a database on disk, filled with synthetic people."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Embedding, Vector
from app.core.match_decision import TemplateFusion
from app.core.people import Person
from app.core.process import peak_resident_bytes, release_memory, resident_bytes
from app.evaluation.benchmarks.synthetic import SyntheticFaces
from app.matching.gallery import Gallery
from app.matching.gallery_builder import GalleryBuilder
from app.matching.negative_templates import NegativeTemplates
from app.matching.segments import Segment
from app.matching.shards import ExactShard
from app.services.recognition.matcher import Matcher
from app.store.people.vectors import NewTemplate
from app.vision.manifest import EmbedderRow

_MIB = 1024 * 1024
_PROBE_SEED = 7

Progress = Callable[[str], None]


class PeopleWriter(Protocol):
    """Stores synthetic people."""

    def add_all(self, people: Iterable[tuple[str, Sequence[NewTemplate]]]) -> list[str]:
        """Enrol people and return their ids."""
        ...


@dataclass(frozen=True, slots=True)
class SearchTimes:
    """Measurements of one gallery size; field names are the keys of the JSON output.

    Attributes:
        people: People who share the templates.
        exact_p50_ms: Median time to compare a probe with every template.
        index_p50_ms: Median time of the program's own search: best match and runner-up.
        index_p95_ms: 95th percentile of the same.
        recall_at_1: Share of probes for which both name the same person, 0 to 1.
        same_runner_up: Share of probes for which both name the same runner-up.
        error: Largest difference between the two similarities of a probe.
        build_s: Time to build the gallery from templates in memory.
        load_s: Time to open the database and build the gallery from it.
        memory_mb: Resident memory of the loaded gallery, in MiB; None where the system does not report it.
        peak_mb: Peak resident memory of loading, likewise.
        store_mb: Size of the database file, in MiB.
    """

    people: int
    exact_p50_ms: float
    index_p50_ms: float
    index_p95_ms: float
    recall_at_1: float
    same_runner_up: float
    error: float
    build_s: float
    load_s: float
    memory_mb: float | None
    peak_mb: float | None
    store_mb: float


@dataclass(frozen=True, slots=True)
class SearchAnswers:
    """Result of each probe.

    Attributes:
        first: Ids of the best matches.
        second: Similarities of the runners-up.
        similarities: Similarities of the best matches.
        times_s: Duration of each search, in seconds.
        fusion: The comparison score of all searches.
    """

    first: list[str]
    second: list[float]
    similarities: list[float]
    times_s: list[float]
    fusion: TemplateFusion


class SearchBenchmark:
    """Measures one gallery size after the other; the smallest first, so that peaks of memory can be separated.

    Args:
        writing: Opens the people of a new database.
        reading: Opens the matcher of an existing database.
        row: Manifest row of the model in use.
        faces: Synthetic people.
        progress: Called with a description of each step.
    """

    def __init__(
        self,
        writing: Callable[[Path], AbstractContextManager[PeopleWriter]],
        reading: Callable[[Path], AbstractContextManager[Matcher]],
        row: EmbedderRow,
        faces: SyntheticFaces,
        progress: Progress = lambda _: None,
    ) -> None:
        self._writing = writing
        self._reading = reading
        self._row = row
        self._faces = faces
        self._progress = progress

    def measure(self, templates: int, each: int, probes: int) -> SearchTimes:
        """Measure a gallery.

        Args:
            templates: Templates in the gallery.
            each: Templates a person.
            probes: Probes, all of enrolled people.

        Raises:
            StoreError: The disk is full.
        """
        centres = self._faces.centres(templates // each)
        targets = np.random.default_rng(_PROBE_SEED).integers(0, len(centres), probes)
        faces = self._faces.sample(centres[targets], _PROBE_SEED)
        with TemporaryDirectory(prefix="facelatch-bench-") as directory:
            path = Path(directory) / "bench.sqlite3"
            self._progress(f"{templates:,}: storing")
            ids = self._create_store(path, centres, each)
            self._progress(f"{templates:,}: loading")
            load_s, memory, peak, found = self._measure_load(path, faces)
            store_mb = path.stat().st_size / _MIB
        self._progress(f"{templates:,}: comparing with every template")
        build_s, expected = self._compare(centres, each, ids, faces, found.fusion)
        return SearchTimes(
            people=len(centres),
            exact_p50_ms=float(np.median(expected.times_s)) * 1e3,
            index_p50_ms=float(np.median(found.times_s)) * 1e3,
            index_p95_ms=float(np.quantile(found.times_s, 0.95)) * 1e3,
            recall_at_1=_share(found.first, expected.first),
            same_runner_up=float(np.mean(np.isclose(found.second, expected.second, atol=1e-3))),
            error=float(np.max(np.abs(np.subtract(found.similarities, expected.similarities)))),
            build_s=build_s,
            load_s=load_s,
            memory_mb=memory,
            peak_mb=peak,
            store_mb=store_mb,
        )

    def _create_store(self, path: Path, centres: NDArray[np.float32], each: int) -> list[str]:
        """Return the ids of the people, in their order."""
        with self._writing(path) as people:
            return [
                person_id
                for owners, vectors in self._faces.pictures(centres, each)
                for person_id in people.add_all(self._people_with_templates(owners, vectors))
            ]

    def _people_with_templates(
        self, owners: NDArray[np.int64], vectors: NDArray[np.float32]
    ) -> Iterator[tuple[str, list[NewTemplate]]]:
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        for owner, own in zip(owners[starts].tolist(), np.split(vectors, starts[1:]), strict=True):
            yield f"Person {owner}", [self._template(vector) for vector in own]

    def _template(self, vector: Vector) -> NewTemplate:
        return NewTemplate(Embedding(vector, self._row.name), self._row.space, 0.9, "bench")

    def _measure_load(
        self, path: Path, faces: NDArray[np.float32]
    ) -> tuple[float, float | None, float | None, SearchAnswers]:
        """Return seconds to the first answer, resident MiB, peak MiB, and all answers."""
        gc.collect()
        release_memory()
        before, start = resident_bytes(), perf_counter()
        with self._reading(path) as matcher:
            matcher.identify(Embedding(faces[0], self._row.name))
            load_s = perf_counter() - start
            gc.collect()
            resident, peak = resident_bytes(), peak_resident_bytes()
            answers = self._identify_all(matcher, faces)
        return load_s, _growth_mib(before, resident), _growth_mib(before, peak), answers

    def _identify_all(self, matcher: Matcher, faces: NDArray[np.float32]) -> SearchAnswers:
        answers = SearchAnswers([], [], [], [], matcher.rule.fusion)
        for face in faces:
            start = perf_counter()
            match = matcher.identify(Embedding(face, self._row.name))
            answers.times_s.append(perf_counter() - start)
            assert match.person is not None
            answers.first.append(match.person.id)
            answers.similarities.append(match.similarity)
            answers.second.append(-1.0 if match.runner_up is None else match.runner_up)
        return answers

    def _compare(
        self,
        centres: NDArray[np.float32],
        each: int,
        ids: list[str],
        faces: NDArray[np.float32],
        fusion: TemplateFusion,
    ) -> tuple[float, SearchAnswers]:
        """Return seconds to build the search, and the answers of comparing with every template."""
        pictures = list(self._faces.pictures(centres, each))
        now = datetime.now(UTC)
        people = tuple(Person(id_, f"Person {place}", now, each) for place, id_ in enumerate(ids))
        build_s = self._build(people, pictures)
        owners = np.concatenate([batch for batch, _ in pictures])
        vectors = np.concatenate([batch for _, batch in pictures])
        pictures.clear()
        gallery = Gallery(self._row.name, [Segment.full(ExactShard(people, vectors, owners, NegativeTemplates()))])
        answers = SearchAnswers([], [], [], [], fusion)
        for face in faces:
            start = perf_counter()
            found = gallery.search(Embedding(face, self._row.name), fusion=fusion)
            answers.times_s.append(perf_counter() - start)
            answers.first.append(found[0].person.id)
            answers.similarities.append(found[0].similarity)
            answers.second.append(found[1].similarity if len(found) > 1 else -1.0)
        return build_s, answers

    def _build(
        self, people: tuple[Person, ...], pictures: list[tuple[NDArray[np.int64], NDArray[np.float32]]]
    ) -> float:
        start = perf_counter()
        builder = GalleryBuilder(self._row.name, people, sum(len(owners) for owners, _ in pictures))
        for owners, vectors in pictures:
            builder.add(owners, vectors)
        builder.gallery(np.empty((0, 0), np.float32), np.empty(0, np.int64))
        return perf_counter() - start


def _share(found: list[str], expected: list[str]) -> float:
    return float(np.mean([one == other for one, other in zip(found, expected, strict=True)]))


def _growth_mib(before: int | None, after: int | None) -> float | None:
    return None if before is None or after is None else (after - before) / _MIB
