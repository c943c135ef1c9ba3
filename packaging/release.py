"""Makes a release: version, changelog, files and their hashes.

    python packaging/release.py make 1.2.3 --dry-run   show the changes
    python packaging/release.py make 1.2.3             change the sources, commit and tag them, build on this system
    python packaging/release.py build                  build the checkout, on another system the tag
    python packaging/release.py sums                   write SHA256SUMS of all files in dist/
    python packaging/release.py check BUNDLE SBOM      verify a bundle against its SBOM
    python packaging/release.py compare A B            compare two builds of the same input

The commands push and publish nothing.
"""

import argparse
import difflib
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from build import DIST, ROOT, build
from changes import NotReady, apply, changes_for
from comparing import differences
from sbom import hashes, problems

SUMS = "SHA256SUMS"


def main(arguments: list[str] | None = None) -> int:
    """Parse the arguments and run a command.

    Returns:
        The exit code: 1 if a problem was found.
    """
    options = _parser().parse_args(arguments)
    do: Callable[[argparse.Namespace], list[str]] = options.do
    try:
        found = do(options)
    except NotReady as problem:
        found = [str(problem)]
    for line in found:
        sys.stderr.write(line + "\n")
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    making = commands.add_parser("make", help="make a release of the sources and build it")
    making.add_argument("version")
    making.add_argument("--dry-run", action="store_true", help="show the changes without making them")
    making.set_defaults(do=lambda options: _make(options.version, dry_run=options.dry_run))
    building = commands.add_parser("build", help="build the checkout")
    building.set_defaults(do=lambda _: _build())
    summing = commands.add_parser("sums", help=f"write {SUMS} of all files in dist/")
    summing.set_defaults(do=lambda _: _write_sums())
    checking = commands.add_parser("check", help="verify a bundle against its SBOM")
    checking.add_argument("bundle", type=Path)
    checking.add_argument("sbom", type=Path)
    checking.set_defaults(do=lambda options: problems(options.bundle, options.sbom))
    comparing = commands.add_parser("compare", help="compare two files or directories")
    comparing.add_argument("first", type=Path)
    comparing.add_argument("second", type=Path)
    comparing.set_defaults(do=lambda options: differences(options.first, options.second))
    return parser


def _make(version: str, *, dry_run: bool) -> list[str]:
    changes = changes_for(version, datetime.now(UTC).date())
    if dry_run:
        for change in changes:
            lines = change.before.splitlines(), change.after.splitlines()
            sys.stdout.write("\n".join(difflib.unified_diff(*lines, change.path, change.path, lineterm="", n=1)) + "\n")
        sys.stdout.write(f"would commit this, tag it v{version}, build it in {DIST} and write {SUMS}\n")
        return []
    if changed := _git("status", "--porcelain"):
        raise NotReady(f"the checkout has changes that are not committed:\n{changed}")
    apply(changes)
    _git("commit", "--quiet", "--message", f"Release {version}", "--", *(change.path for change in changes))
    _git("tag", "--annotate", "--message", f"Facelatch {version}", f"v{version}")
    return _build()


def _build() -> list[str]:
    for old in DIST.glob("facelatch*"):
        old.unlink()
    build()
    return _write_sums()


def _write_sums() -> list[str]:
    found = {path: digest for path, digest in hashes(DIST).items() if path != SUMS}
    lines = [f"{digest}  {path}\n" for path, digest in found.items()]
    (DIST / SUMS).write_text("".join(lines), "utf-8", newline="\n")
    return [] if found else [f"{DIST} is empty"]


def _git(*arguments: str) -> str:
    command: list[str | Path] = ["git", "-C", ROOT, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
