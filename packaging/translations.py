"""Collects the texts of the window and compiles the translations.

    python packaging/translations.py           update the .ts and .qm files after a change of a text
    python packaging/translations.py --check   fail if a .ts file is outdated or unfinished

Requires `pyside6-lupdate` and `pyside6-lrelease` of PySide6. `facelatch_zh_CN.ts` contains the Chinese
translation, `facelatch_en.ts` only the English plurals.
"""

import argparse
import ast
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.core.settings.schema import translatable_texts as settings_texts  # noqa: E402 - found in this checkout, whatever is installed

DIRECTORY = ROOT / "resources" / "translations"
MARKERS = {"tr": 0, "translate": 1, "QT_TRANSLATE_NOOP": 1}
"""Functions that mark a text, with the index of the argument."""
LANGUAGES: dict[str, list[str]] = {"zh_CN": [], "en": ["-pluralonly"]}


def tool(name: str) -> str:
    """Return the path of a program in the environment of this interpreter."""
    return str(Path(sys.executable).parent / name)


def update(directory: Path) -> None:
    """Update the .ts files of a directory from the sources."""
    sources = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "app").rglob("*.py"))]
    sources.append(str(marked_settings(directory)))
    for language, options in LANGUAGES.items():
        file = directory / f"facelatch_{language}.ts"
        command = [tool("pyside6-lupdate"), *options, "-no-obsolete", "-locations", "none"]
        command += ["-source-language", "en", "-target-language", language, *sources, "-ts", str(file)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    marked_settings(directory).unlink()


def marked_settings(directory: Path) -> Path:
    """Write a source file that marks every text of the settings, which are declared in docstrings and arguments."""
    file = directory / "settings_texts.py"
    lines = [f"QT_TRANSLATE_NOOP({json.dumps('settings')}, {json.dumps(text)})" for text in settings_texts()]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def release(directory: Path) -> None:
    """Compile the .ts files of a directory."""
    for language in LANGUAGES:
        file = directory / f"facelatch_{language}.ts"
        command = [tool("pyside6-lrelease"), str(file), "-qm", str(file.with_suffix(".qm"))]
        subprocess.run(command, check=True, capture_output=True)


def unfinished(file: Path) -> list[str]:
    """Return the untranslated texts of a .ts file."""
    found = []
    for message in ElementTree.parse(file).iter(  # noqa: S314 - our own file
        "message"
    ):
        translation = message.find("translation")
        if translation is None or translation.get("type") == "unfinished":
            found.append(message.findtext("source", ""))
    return found


def marked() -> set[str]:
    """Return every marked text, found without lupdate, which misses some forms of calls."""
    found: set[str] = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (place := MARKERS.get(ast.unparse(node.func).split(".")[-1])) is not None:
                found.update(str(text.value) for text in node.args[place : place + 1] if isinstance(text, ast.Constant))
    return found


def sources(file: Path) -> set[str]:
    """Return every source text of a .ts file."""
    return {message.findtext("source", "") for message in ElementTree.parse(file).iter("message")}  # noqa: S314 - ours


def flat(file: Path) -> list[str]:
    """Return the texts with a number but without plural forms, which lupdate only detects in `tr`."""
    messages = ElementTree.parse(file).iter("message")  # noqa: S314 - ours
    texts = [message.findtext("source", "") for message in messages if message.get("numerus") != "yes"]
    return [text for text in texts if "%n" in text]


def problems() -> list[str]:
    """Describe what is outdated or unfinished."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        copies = Path(scratch)
        for file in DIRECTORY.glob("*.ts"):
            shutil.copy(file, copies)
        update(copies)
        for file in sorted(DIRECTORY.glob("*.ts")):
            if file.read_text("utf-8") != (copies / file.name).read_text("utf-8"):
                found.append(f"{file.name} is not up to date")
            found += [f"{file.name} lacks: {text}" for text in unfinished(copies / file.name)]
        overlooked = marked() - sources(copies / "facelatch_zh_CN.ts")
        found += [f"lupdate overlooks: {text}" for text in sorted(overlooked)]
        found += [f"without plural: {text}" for text in flat(copies / "facelatch_zh_CN.ts")]
        release(copies)
        for file in sorted(copies.glob("*.qm")):
            if file.read_bytes() != (DIRECTORY / file.name).read_bytes():
                found.append(f"{file.name} is not up to date")
    return found


def main() -> None:
    """Parse the arguments and update or check the translations."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change no file; fail if one is outdated")
    if parser.parse_args().check:
        found = problems()
        print("\n".join(found) or "translations are up to date and finished")
        sys.exit(bool(found))
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    update(DIRECTORY)
    release(DIRECTORY)
    for file in sorted(DIRECTORY.glob("*.ts")):
        print(f"{file.name}: {len(unfinished(file))} texts to translate")


if __name__ == "__main__":
    main()
