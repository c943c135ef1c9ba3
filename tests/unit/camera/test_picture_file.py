import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image as Pillow

from app.camera.picture_file import read_picture
from app.core.errors import FacelatchError, ImageTooLarge, ImageUnreadable
from tests.fakes.camera import RED, plain

UPPER_LEFT_RED = np.zeros((40, 60, 3), np.uint8)
UPPER_LEFT_RED[:20, :30] = RED


def save(path: Path, array: NDArray[np.uint8], **options: object) -> Path:
    Pillow.fromarray(array).save(path, **options)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp", ".tif", ".gif"])
def test_usual_files(tmp_path: Path, suffix: str) -> None:
    picture = read_picture(save(tmp_path / f"red{suffix}", plain()))
    assert picture.shape == (48, 64, 3)
    assert picture.dtype == np.uint8
    assert picture.flags.c_contiguous
    assert picture.flags.writeable
    np.testing.assert_allclose(picture.reshape(-1, 3).mean(axis=0), RED, atol=3)


def test_the_content_decides_not_the_file_name(tmp_path: Path) -> None:
    save(tmp_path / "a.png", plain()).rename(tmp_path / "a.jpg")
    np.testing.assert_array_equal(read_picture(tmp_path / "a.jpg"), plain())


def test_a_name_of_any_script(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_picture(save(tmp_path / "Фото 照片 é.png", plain())), plain())


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
@pytest.mark.parametrize(
    ("orientation", "row", "column"),
    [(1, 5, 5), (2, 5, 54), (3, 34, 54), (4, 34, 5), (5, 5, 5), (6, 5, 34), (7, 54, 34), (8, 54, 5)],
)
def test_exif_orientation_is_applied(tmp_path: Path, suffix: str, orientation: int, row: int, column: int) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    picture = read_picture(save(tmp_path / f"a{suffix}", UPPER_LEFT_RED, exif=exif))
    assert picture.shape == ((40, 60, 3) if orientation < 5 else (60, 40, 3))
    assert picture[row, column, 0] > 200
    assert (picture[..., 0] > 128).mean() == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_sixteen_bits_become_eight(tmp_path: Path, name: str) -> None:
    levels = np.linspace(0, 65535, 256 * 4).reshape(4, 256).astype(np.uint16)
    cv2.imwrite(str(tmp_path / name), levels)
    picture = read_picture(tmp_path / name)
    assert picture.shape == (4, 256, 3)
    np.testing.assert_allclose(picture[..., 1], levels / 257, atol=0.51)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_sixteen_bits_of_colour_become_eight(tmp_path: Path, name: str) -> None:
    bgr = np.full((8, 8, 3), (100 * 257, 50 * 257, 200 * 257), np.uint16)
    cv2.imwrite(str(tmp_path / name), bgr)
    np.testing.assert_allclose(read_picture(tmp_path / name), plain((200, 50, 100), 8, 8), atol=1)


def test_grey_becomes_rgb(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_picture(save(tmp_path / "a.png", plain()[..., 0])), plain((255, 255, 255)))


def test_black_and_white_becomes_rgb(tmp_path: Path) -> None:
    Pillow.new("1", (64, 48), 1).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png"), plain((255, 255, 255)))


@pytest.mark.parametrize(("alpha", "colour"), [(0, (255, 255, 255)), (255, RED), (128, (255, 127, 127))])
def test_transparent_areas_become_white(tmp_path: Path, alpha: int, colour: tuple[int, int, int]) -> None:
    rgba = np.dstack([plain(), np.full((48, 64), alpha, np.uint8)])
    np.testing.assert_allclose(read_picture(save(tmp_path / "a.png", rgba)), plain(colour), atol=1)


def test_a_palette_with_a_transparent_colour(tmp_path: Path) -> None:
    picture = Pillow.new("P", (2, 1))
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putpixel((1, 0), 1)
    picture.save(tmp_path / "a.png", transparency=1)
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png")[0], [RED, (255, 255, 255)])


def test_cmyk(tmp_path: Path) -> None:
    Pillow.fromarray(plain()).convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    np.testing.assert_allclose(read_picture(tmp_path / "a.jpg"), plain(), atol=4)


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png"])
def test_the_first_frame_of_a_moving_picture(tmp_path: Path, suffix: str) -> None:
    frames = [Pillow.fromarray(plain(colour)) for colour in (RED, (0, 255, 0))]
    frames[0].save(tmp_path / f"a{suffix}", save_all=True, append_images=frames[1:])
    np.testing.assert_allclose(read_picture(tmp_path / f"a{suffix}"), plain(), atol=3)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(ImageUnreadable, match="no picture at"):
        read_picture(tmp_path / "none.jpg")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ImageUnreadable, match="folder"):
        read_picture(tmp_path)


def test_empty(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    with pytest.raises(ImageUnreadable, match="empty"):
        read_picture(tmp_path / "a.jpg")


@pytest.mark.parametrize("content", [b"hello", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe-3.0 EPSF-3.0\n"])
def test_no_picture(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(ImageUnreadable) as caught:
        read_picture(tmp_path / "a.jpg")
    assert str(tmp_path / "a.jpg") in caught.value.message


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp", ".tif", ".gif"])
def test_cut_short(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)
    path = save(tmp_path / f"a{suffix}", noise)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ImageUnreadable):
        read_picture(path)


def _png_header(width: int, height: int) -> bytes:
    def chunk(tag: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_twenty_thousand_pixels_square_is_refused_by_its_header(tmp_path: Path) -> None:
    (tmp_path / "huge.png").write_bytes(_png_header(20_000, 20_000))
    with pytest.raises(ImageTooLarge) as caught:
        read_picture(tmp_path / "huge.png")
    assert "20000 × 20000" in caught.value.message
    assert "at most 100 million" in caught.value.hint


def test_the_limit_can_be_chosen(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", plain(width=100, height=100))
    assert read_picture(path, limit_megapixels=0.01).shape == (100, 100, 3)
    with pytest.raises(ImageTooLarge):
        read_picture(path, limit_megapixels=0.009)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["JPEG", "PNG", "WEBP", "BMP", "GIF"]), st.data())
def test_damage_gives_a_picture_or_an_error_of_ours(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    path = tmp_path / "a"
    Pillow.fromarray(UPPER_LEFT_RED).save(path, kind)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        picture = read_picture(path, limit_megapixels=1)
    except FacelatchError:
        return
    assert picture.dtype == np.uint8
    assert picture.shape[2] == 3
