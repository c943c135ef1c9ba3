"""Commands for the settings."""

from typing import Annotated, Any

import typer

from app.cli.application import open_application
from app.cli.output import Json, console, print_json
from app.core.errors import InvalidRequest, InvalidSetting, ModelMissing, SettingsError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.settings.schema import Setting, SettingKind, all_settings, find_setting
from app.core.settings.values import redacted_text, redacted_value
from app.services.system.settings_service import SettingOrigin, SettingState, default_values
from app.wiring import Application

app = typer.Typer(help="List and change the settings.")

Key = Annotated[str, typer.Argument(help="Section and name, such as quality.max_yaw")]


@app.command("list")
def list_settings(
    section: Annotated[str, typer.Option(help="Only this section.")] = "",
    changed: Annotated[bool, typer.Option("--changed", help="Only settings that differ from their defaults.")] = False,
    json: Json = False,
) -> None:
    """List every setting with its value, default, allowed values and description."""
    chosen = [setting for setting in all_settings() if section in {"", setting.section}]
    if not chosen:
        raise InvalidRequest("This section does not exist.", "Omit --section to list all settings.")
    with open_application() as application:
        states = application.settings_service.states(application.settings, chosen)
    states = [state for state in states if not changed or state.origin is not SettingOrigin.DEFAULT]
    if json:
        print_json({"settings": [_json(state) for state in states]})
        return
    for state in states:
        _describe(state)


@app.command("get")
def get_setting(key: Key, json: Json = False) -> None:
    """Print the value of one setting."""
    with open_application() as application:
        _print(application, find_setting(key), as_json=json)


@app.command("set")
def set_setting(
    key: Key,
    value: Annotated[str, typer.Argument(help="The new value; 'settings list' shows the allowed values.")],
    json: Json = False,
) -> None:
    """Change one setting."""
    with open_application() as application:
        setting = find_setting(key)
        _change(application, [(setting, value)])
        _print(application, setting, as_json=json)
        if setting.key == "recognition.model" and not json:
            _print_outdated(application)


@app.command("reset")
def reset_settings(
    keys: Annotated[list[str] | None, typer.Argument(help="Section and name of each, such as quality.max_yaw")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Reset every setting.")] = False,
    json: Json = False,
) -> None:
    """Reset settings to their defaults."""
    if everything == bool(keys):
        raise InvalidRequest("No setting to reset was given.", "Name the settings, or use --all.")
    chosen = list(all_settings()) if everything else [find_setting(key) for key in keys or []]
    with open_application() as application:
        before = application.settings_service.states(application.settings, chosen)
        _change(application, default_values(chosen) if everything else [(s, s.default) for s in chosen])
        states = application.settings_service.states(application.settings, chosen)
    reset = [now for was, now in zip(before, states, strict=True) if was.value != now.value]
    if json:
        print_json({"reset": [_json(state) for state in reset]})
    elif not reset:
        console.print("The settings were at their defaults already.")
    for state in [] if json else reset:
        console.print(f"{state.setting.key} was reset to {_formatted(state.setting, state.value)}.", markup=False)


def _change(application: Application, values: list[tuple[Setting, Any]]) -> None:
    service, before = application.settings_service, application.settings
    after = service.changed(before, values)
    if after.recognition.model != before.recognition.model:
        _require_model(application, after.recognition.model)
    service.record_changes(before, after)  # first: an interrupted change must not lack its event
    try:
        service.save(after, [setting for setting, _ in values])
    except SettingsError:
        service.record_changes(after, before)
        raise
    application.settings = after


def _require_model(application: Application, name: str) -> None:
    try:
        application.models.manifest.embedder(name)
    except ModelMissing as error:
        raise InvalidSetting(
            QT_TRANSLATE_NOOP("errors", "There is no model “{name}” that computes templates."),
            QT_TRANSLATE_NOOP("errors", "Nothing was changed. See the models with: facelatch models list"),
            name=name,
        ) from error


def _print_outdated(application: Application) -> None:
    """Print how many people have no template of the new model."""
    queue = application.reenrolment.queue()
    if queue.people:
        count = len(queue.people)
        console.print(f"{count:,} people have no template of {queue.model}. List them with: facelatch people outdated")


def _print(application: Application, setting: Setting, *, as_json: bool) -> None:
    state = application.settings_service.states(application.settings, [setting])[0]
    if as_json:
        print_json({"setting": _json(state)})
    else:
        console.print(redacted_text(setting, state.value), markup=False)


def _describe(state: SettingState) -> None:
    """Print a setting: value and origin on one line, description on the next."""
    setting = state.setting
    console.print(f"{setting.key} = {_formatted(setting, state.value)}{_origin(state)}", markup=False)
    console.print(f"    {setting.title}. {setting.description} {_allowed(setting)}".rstrip(), markup=False, style="dim")


def _origin(state: SettingState) -> str:
    """Origin of a value that is not the default."""
    if state.origin is SettingOrigin.DEFAULT:
        return ""
    origin = {SettingOrigin.FILE: "from the settings file", SettingOrigin.THIS_RUN: "for this run"}
    words = f"set by {state.variable}" if state.variable else origin[state.origin]
    return f"  ({words}; default: {_formatted(state.setting, state.setting.default) or 'empty'})"


def _formatted(setting: Setting, value: object) -> str:
    return f"{redacted_text(setting, value)} {setting.unit}".strip()


def _allowed(setting: Setting) -> str:
    """Allowed values, in brackets."""
    if setting.choices:
        return f"[{' | '.join(choice.value for choice in setting.choices)}]"
    if setting.kind is SettingKind.SWITCH:
        return "[true | false]"
    limits = [redacted_text(setting, limit) for limit in (setting.lowest, setting.highest) if limit is not None]
    return f"[{' to '.join(limits)}]" if limits else ""


def _json(state: SettingState) -> dict[str, object]:
    setting = state.setting
    return {
        "key": setting.key,
        "value": redacted_value(setting, state.value),
        "default": redacted_value(setting, setting.default),
        "origin": state.origin,
        "variable": state.variable,
        "kind": setting.kind,
        "unit": setting.unit,
        "lowest": setting.lowest,
        "highest": setting.highest,
        "choices": [choice.value for choice in setting.choices],
        "optional": setting.optional,
        "restart": setting.restart,
        "title": setting.title,
        "description": setting.description,
    }
