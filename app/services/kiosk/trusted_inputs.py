"""Warnings about what a kiosk trusts: its camera, its policy file, and the addresses that it reports to."""

import os
from collections.abc import Iterator
from pathlib import Path

from app.actions.config import MqttConfig, WebhookConfig
from app.camera.selection import parse_source
from app.camera.source import SourceKind
from app.core.settings.sections import CameraSettings
from app.services.kiosk.policy import KioskPolicy

_TRUSTED_STREAMS = ("rtsps://", "https://")


def find_untrusted_inputs(policy: KioskPolicy, path: Path, camera: CameraSettings) -> Iterator[str]:
    """Yield a warning in English for each input that another person or program could replace.

    Args:
        policy: The policy.
        path: Its file.
        camera: The camera of the settings, which the policy may override.
    """
    source = policy.camera.override(camera).source
    kind = parse_source(source).kind
    if kind is SourceKind.STREAM and not source.lower().startswith(_TRUSTED_STREAMS):
        yield "The stream of the camera is not encrypted and can be replaced on the network. Use a device or rtsps://."
    elif kind not in {SourceKind.STREAM, SourceKind.WEBCAM}:
        yield "The source of the camera is not a device: its files can be replaced. Use a device or rtsps://."
    if os.name == "posix" and path.stat().st_mode & 0o022:
        yield f"Other users can change {path}. Run: chmod go-w {path}"
    for action in policy.actions:
        if isinstance(action, WebhookConfig) and action.url.lower().startswith("http://"):
            yield f"The action “{action.name}” posts to http://, so that others can read the events. Use https://."
        if isinstance(action, MqttConfig) and action.password is not None and not action.tls:
            yield f"The action “{action.name}” sends its password without TLS. Set tls = true."
