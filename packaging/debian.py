"""The Debian package."""

import gzip
import os
import shutil
import subprocess
from pathlib import Path

from icons import DRAWING, write_png

ROOT = Path(__file__).resolve().parents[1]
LINUX = ROOT / "packaging" / "linux"
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)

DEPENDS = (
    "libc6 (>= 2.36)",
    "libgl1",
    "libegl1",
    "libgles2",
    "libfontconfig1",
    "fontconfig",
    "libxkbcommon0",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "debconf (>= 0.5) | debconf-2.0",
)
"""Packages that the bundle needs: C library, graphics drivers, Wayland, fonts, and debconf for the purge question."""

RECOMMENDS = ("fonts-noto-cjk | fonts-wqy-microhei", "gnome-keyring | keepassxc | kwalletmanager")

DESCRIPTION = """Description: real-time face verification on this machine
 Detects, aligns and recognises faces in a camera's picture, and shows the
 similarity and the duration of each step. People are enrolled with the camera
 and stored in an encrypted database on this machine. A kiosk mode unlocks
 doors and other devices."""


def write_package(bundle: Path, stage: Path, target: Path, version: str, epoch: int, level: int) -> Path:
    """Lay out the installed files and build the package.

    Args:
        bundle: Directory made by PyInstaller.
        stage: Directory for the layout; emptied first.
        target: Output directory.
        version: Version of the program.
        epoch: Date of all files, in seconds since 1970.
        level: Compression level, 0 to 9.

    Returns:
        Path of the package.
    """
    if stage.exists():
        shutil.rmtree(stage)
    home = stage / "usr/lib/facelatch"
    shutil.copytree(bundle, home, symlinks=True)
    _link(stage / "usr/bin/facelatch", "../lib/facelatch/facelatch")
    _put(LINUX / "facelatch.desktop", stage / "usr/share/applications/io.github.facelatch.Facelatch.desktop")
    _put(LINUX / "facelatch.metainfo.xml", stage / "usr/share/metainfo/io.github.facelatch.Facelatch.metainfo.xml")
    _put(LINUX / "copyright", stage / "usr/share/doc/facelatch/copyright")
    _put(LINUX / "README.Debian", stage / "usr/share/doc/facelatch/README.Debian")
    _put(LINUX / "70-facelatch-relay.rules", stage / "usr/share/doc/facelatch/examples/70-facelatch-relay.rules")
    _put_unit(stage / "usr/lib/systemd/user/facelatch-kiosk.service")
    _put_icons(stage / "usr/share/icons/hicolor")
    _put_compressed(LINUX / "facelatch.1", stage / "usr/share/man/man1/facelatch.1.gz")
    _put_compressed(ROOT / "CHANGELOG.md", stage / "usr/share/doc/facelatch/changelog.gz")
    _put_completions(bundle / "facelatch", stage / "usr/share")
    architecture = _run("dpkg", "--print-architecture")
    _write_control(stage, version, architecture)
    return _pack(stage, target / f"facelatch_{version}_{architecture}.deb", epoch, level)


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _link(path: Path, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def _put_unit(target: Path) -> None:
    """Install the systemd unit, with the path of the system-wide program."""
    text = (LINUX / "facelatch-kiosk.service").read_text("utf-8")
    target.parent.mkdir(parents=True)
    target.write_text(text.replace("%h/.local/bin/facelatch", "/usr/bin/facelatch"), "utf-8")


def _put_compressed(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(source.read_bytes(), mtime=0))


def _put_icons(directory: Path) -> None:
    """Install the icon as SVG and as PNG in the usual sizes."""
    _put(DRAWING, directory / "scalable/apps/facelatch.svg")
    for size in ICON_SIZES:
        write_png(directory / f"{size}x{size}/apps/facelatch.png", size)


def _put_completions(program: Path, share: Path) -> None:
    """Install the shell completions that the program generates."""
    places = {
        "bash": "bash-completion/completions/facelatch",
        "zsh": "zsh/vendor-completions/_facelatch",
        "fish": "fish/vendor_completions.d/facelatch.fish",
    }
    for shell, place in places.items():
        environment = {**os.environ, "_FACELATCH_COMPLETE": f"source_{shell}"}
        text = subprocess.run([program], env=environment, capture_output=True, text=True, check=False).stdout
        if "facelatch" not in text:
            raise OSError(f"{program} generates no completion for {shell}")
        (share / place).parent.mkdir(parents=True, exist_ok=True)
        (share / place).write_text(text.lstrip("\n"), "utf-8")


def _write_control(stage: Path, version: str, architecture: str) -> None:
    size = sum(path.stat().st_size for path in stage.rglob("*") if path.is_file() and not path.is_symlink())
    fields = {
        "Package": "facelatch",
        "Version": version,
        "Architecture": architecture,
        "Maintainer": "The Facelatch developers <maintainers@facelatch.invalid>",
        "Installed-Size": str(size // 1024),
        "Depends": ", ".join(DEPENDS),
        "Recommends": ", ".join(RECOMMENDS),
        "Section": "graphics",
        "Priority": "optional",
    }
    control = stage / "DEBIAN"
    control.mkdir()
    lines = [f"{name}: {value}" for name, value in fields.items()]
    (control / "control").write_text("\n".join([*lines, DESCRIPTION]) + "\n", "utf-8")
    _put(LINUX / "debian/templates", control / "templates")
    for script in ("postinst", "postrm"):
        _put(LINUX / "debian" / script, control / script)
        (control / script).chmod(0o755)


def _pack(stage: Path, target: Path, epoch: int, level: int) -> Path:
    target.parent.mkdir(exist_ok=True)
    subprocess.run(["chmod", "--recursive", "u+rwX,go=rX", stage], check=True)
    # dpkg-deb itself only clamps newer dates.
    for path in (stage, *stage.rglob("*")):
        os.utime(path, (epoch, epoch), follow_symlinks=False)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    options = ["--root-owner-group", "-Zxz", f"-z{level}", "--threads-max=2"]
    subprocess.run(
        ["dpkg-deb", *options, "--build", stage, target], check=True, env=environment, stdout=subprocess.DEVNULL
    )
    return target


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
