import pytest

from app.vision.detectors.blazeface import BlazeFace
from app.vision.detectors.face_mesh import BlendshapeNetwork, FaceMesh
from app.vision.engine.engines import Engine
from app.vision.engine.session import Session, open_session
from app.vision.manifest import Manifest


def network(manifest: Manifest, name: str) -> Session:
    return open_session(manifest.load(manifest.network(name)), name, Engine(threads=2))


@pytest.fixture(scope="session")
def finder(manifest: Manifest) -> BlazeFace:
    return BlazeFace(network(manifest, "face_detector"))


@pytest.fixture(scope="session")
def face_mesh(manifest: Manifest) -> FaceMesh:
    return FaceMesh(network(manifest, "face_mesh"))


@pytest.fixture(scope="session")
def blendshapes(manifest: Manifest) -> BlendshapeNetwork:
    return BlendshapeNetwork(network(manifest, "face_blendshapes"))
