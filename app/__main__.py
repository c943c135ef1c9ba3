"""The entry point of the command, of the bundle, and of `python -m app`."""

import gc
import io
import logging
import multiprocessing
import os
import sys

from app.core.errors import Bug, FacelatchError
from app.core.logging import log_file

log = logging.getLogger("app.__main__")  # `__name__` is only "__main__" in the bundle and with `python -m app`


def main() -> None:
    """Run the command line and exit with its exit code."""
    multiprocessing.freeze_support()
    prepare_streams()
    sys.exit(run(sys.argv[1:]))


def prepare_streams() -> None:
    """Open missing standard streams on the null device, and let the others accept every character.

    A program without a console has no streams, but native libraries write to their descriptors nevertheless. A Windows
    pipe has the code page of the machine, which lacks most characters of the program's texts.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            _open_null(descriptor)
            setattr(sys, name, os.fdopen(descriptor, "w" if descriptor else "r", encoding="utf-8", closefd=False))
        elif descriptor and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if sys.platform == "win32" else None, errors="backslashreplace")


def _open_null(descriptor: int) -> None:
    opened = os.open(os.devnull, os.O_RDWR)
    if opened != descriptor:
        os.dup2(opened, descriptor)
        os.close(opened)


def run(arguments: list[str]) -> int:
    """Run one command.

    Args:
        arguments: Command line without the name of the program.

    Returns:
        The exit code; see `app.core.errors`.
    """
    as_json = "--json" in arguments
    try:
        _import_and_run(arguments)
    except SystemExit as end:  # raised by Typer, also after a usage error that it has printed
        return end.code if isinstance(end.code, int) else 1
    except FacelatchError as error:
        log.info("ended with %s: %s", type(error).__name__, error.message_template)  # the message may contain a name
        _print_error(error, as_json=as_json)
        return error.exit_code
    except Exception as problem:  # the outermost handler: an internal error
        log.exception("internal error")
        bug = Bug(problem=repr(problem), log=log_file())
        _print_error(bug, as_json=as_json)
        return bug.exit_code
    return 0


def _import_and_run(arguments: list[str]) -> None:
    # Imported modules are never freed; garbage collection during the imports takes a seventh of the start-up time.
    gc.disable()
    try:
        from app.cli.main import app
    finally:
        gc.freeze()
        gc.enable()
    app(arguments)


def _print_error(error: FacelatchError, *, as_json: bool) -> None:
    from app.cli.output import print_error

    print_error(error, as_json=as_json)


if __name__ == "__main__":
    main()
