"""Fails where modules of `app` import each other in a cycle, also inside a package and under TYPE_CHECKING.

python tests/import_cycles.py    print every cycle, one group of modules a line
"""

import sys
from collections.abc import Mapping, Set
from graphlib import CycleError, TopologicalSorter

import grimp


def cycles(imports: Mapping[str, Set[str]]) -> list[list[str]]:
    """Return one cycle for each group of modules that import each other; empty if there are none.

    Args:
        imports: The modules that each module imports.
    """
    found: list[list[str]] = []
    remaining = {module: set(imported) for module, imported in imports.items()}
    while True:
        try:
            TopologicalSorter(remaining).prepare()
        except CycleError as error:
            cycle: list[str] = error.args[1]
            found.append(cycle)
            remaining[cycle[1]].discard(cycle[0])
        else:
            return found


def app_imports() -> dict[str, set[str]]:
    """Return the modules that each module of `app` imports directly, whether at the top, in functions or for types."""
    graph = grimp.build_graph("app", cache_dir=None)
    return {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def main() -> int:
    """Run the check and return the exit code."""
    found = cycles(app_imports())
    for cycle in found:
        print(" → ".join(reversed(cycle)))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
