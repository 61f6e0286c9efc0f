# SPDX-License-Identifier: Apache-2.0
"""Each image decodes in a process of its own; what one image does, the next does not feel."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from secure_communities.interchange.images import (
    COMPRESSIONS,
    DecoderUnavailable,
    DecodeServer,
    ImageRefused,
    Limits,
    decode_server,
)
from tests.builders import images

GRAY = images.ridges(90, 70)
COLOUR = images.photograph(90, 70)
WSQ = Path(__file__).parents[2] / "golden" / "wsq"
GOOD = (WSQ / "good.wsq").read_bytes()
CRASHING = sorted(WSQ.glob("crash-*.wsq"))
LEAKING = sorted(WSQ.glob("leak-*.wsq"))


@pytest.fixture(scope="module")
def server() -> Iterator[DecodeServer]:
    with DecodeServer() as running:
        yield running


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_every_compression_decodes_to_gray(server: DecodeServer, compression: str) -> None:
    image = server.decode(images.encode(GRAY, compression), compression, width=90, height=70)
    assert (image.pixels.shape, image.pixels.dtype, image.colour) == ((70, 90), np.uint8, False)
    error = np.abs(image.pixels.astype(int) - GRAY).mean()
    assert error == 0 if compression in {"NONE", "JPEGL", "JP2L", "PNG"} else error < 12


@pytest.mark.parametrize("compression", ["NONE", "JPEGB", "JP2L", "PNG"])
def test_colour_becomes_luma_unless_colour_is_asked_for(server: DecodeServer, compression: str) -> None:
    data = images.encode(COLOUR, compression)
    gray = server.decode(data, compression, width=90, height=70).pixels.astype(float)
    image = server.decode(data, compression, width=90, height=70, colour=True)
    assert image.colour
    assert image.pixels.shape == (70, 90, 3)
    assert np.abs(image.pixels.astype(float) - COLOUR).mean() < 4
    assert np.abs(gray - COLOUR @ [0.299, 0.587, 0.114]).mean() < 4


def test_gray_is_repeated_where_colour_is_asked_for(server: DecodeServer) -> None:
    pixels = server.decode(images.encode(GRAY, "PNG"), "PNG", colour=True).pixels
    assert (pixels == GRAY[:, :, np.newaxis]).all()


def test_sixteen_bits_are_brought_to_eight(server: DecodeServer) -> None:
    rows = b"".join(b"\x00" + b"".join(bytes([value, 99]) for value in row) for row in GRAY.tolist())
    assert (server.decode(images.png(90, 70, rows=rows, bits=16), "PNG").pixels == GRAY).all()


def test_the_resolution_of_the_file_comes_with_the_pixels(server: DecodeServer) -> None:
    assert server.decode(GOOD, "WSQ20").ppi == 500


def test_a_declared_size_that_differs_from_the_frame_is_refused_with_both(server: DecodeServer) -> None:
    with pytest.raises(ImageRefused, match=r"E0006.*800 × 750.*80 × 96"):
        server.decode(GOOD, "WSQ20", width=800, height=750)
    with pytest.raises(ImageRefused, match="E0006"):
        server.decode(GOOD, "WSQ20", height=95)


@pytest.mark.parametrize("compression", ["WSQ20", "JPEGB", "JPEGL", "JP2", "PNG"])
def test_a_truncated_image_is_refused(server: DecodeServer, compression: str) -> None:
    data = images.encode(GRAY, compression)
    with pytest.raises(ImageRefused, match="E0002"):
        server.decode(data[: len(data) // 2], compression)


@pytest.mark.parametrize("path", CRASHING + LEAKING, ids=lambda path: path.stem)
def test_a_crashing_image_is_refused_and_the_next_decodes_identically(server: DecodeServer, path: Path) -> None:
    before, process = server.decode(GOOD, "WSQ20").pixels, server.process
    for _ in range(2):
        with pytest.raises(ImageRefused) as caught:
            server.decode(path.read_bytes(), "WSQ20")
        assert caught.value.code == "E0002"
    assert (server.decode(GOOD, "WSQ20").pixels == before).all()
    assert server.process == process


def test_a_crash_is_reported_as_such(server: DecodeServer) -> None:
    with pytest.raises(ImageRefused, match="crash"):
        server.decode((WSQ / "crash-heap.wsq").read_bytes(), "WSQ20")


def end_of_a_bare_decoder(*paths: Path) -> int:
    program = """
import sys, _wsq
for path in sys.argv[1:]:
    failed = 0
    try: _wsq.decompress(open(path, "rb").read())
    except Exception: failed = 1
sys.exit(failed)
"""
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, paths)], capture_output=True, check=False
    ).returncode


@pytest.mark.parametrize("path", CRASHING, ids=lambda path: path.stem)
def test_the_crashing_images_do_end_a_bare_decoder(path: Path) -> None:
    assert any(end_of_a_bare_decoder(path) < 0 for _ in range(6))


@pytest.mark.parametrize("path", LEAKING, ids=lambda path: path.stem)
def test_the_leaking_images_end_a_bare_decoder_only_after_a_valid_image(path: Path) -> None:
    assert end_of_a_bare_decoder(path) == 1
    assert end_of_a_bare_decoder(WSQ / "good.wsq", path) < 0


@pytest.mark.parametrize(
    ("data", "compression"),
    [
        (images.wsq_header(65_535, 65_535), "WSQ20"),
        (images.png(65_535, 65_535), "PNG"),
        (images.codestream_header(65_535, 65_535), "JP2"),
    ],
)
def test_a_bomb_is_refused_before_there_is_even_a_server(data: bytes, compression: str) -> None:
    with DecodeServer() as idle:
        with pytest.raises(ImageRefused, match="E0003"):
            idle.decode(data, compression)
        assert idle.process is None


@cache
def slow_image() -> bytes:
    """A legal PNG of 20 million pixels: a good part of a second to decode."""
    return images.png(5_000, 4_000, rows=(b"\x04" + bytes(range(250)) * 20) * 4_000)


def test_a_decoder_that_goes_on_too_long_is_killed_and_the_service_lives() -> None:
    with DecodeServer(limits=Limits(wall_seconds=0.05)) as hurried:
        with pytest.raises(ImageRefused, match=r"E0003.*0\.05 seconds"):
            hurried.decode(slow_image(), "PNG")
        process = hurried.process
        assert hurried.decode(GOOD, "WSQ20").pixels.shape == (96, 80)
        assert hurried.process == process


def test_a_decoder_that_needs_too_much_memory_is_refused_and_the_service_lives() -> None:
    with DecodeServer(limits=Limits(memory_bytes=24 * 1024 * 1024)) as frugal:
        with pytest.raises(ImageRefused, match=r"E0003.*24 MB of memory"):
            frugal.decode(slow_image(), "PNG")
        assert frugal.decode(GOOD, "WSQ20").pixels.shape == (96, 80)


def test_a_second_frame_header_cannot_smuggle_a_bomb_past_the_first(server: DecodeServer) -> None:
    first = GOOD.index(b"\xff\xa2")
    second = GOOD[first : first + 6] + b"\xff\xff\xff\xff" + GOOD[first + 10 : first + 19]
    with pytest.raises(ImageRefused, match=r"E000[23]"):
        server.decode(GOOD[: first + 19] + second + GOOD[first + 19 :], "WSQ20")
    assert server.decode(GOOD, "WSQ20").pixels.shape == (96, 80)


def test_a_killed_server_is_replaced_at_the_next_image() -> None:
    with DecodeServer() as server:
        before = server.decode(GOOD, "WSQ20").pixels
        process = server.process
        assert process
        os.kill(process, signal.SIGKILL)
        assert (server.decode(GOOD, "WSQ20").pixels == before).all()
        assert server.process != process


def test_a_server_that_cannot_start_is_no_fault_of_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with DecodeServer() as broken, pytest.raises(DecoderUnavailable):
        broken.decode(GOOD, "WSQ20")


def test_many_threads_get_each_their_own_image(server: DecodeServer) -> None:
    sizes = [(40 + 3 * number, 50 + number) for number in range(24)]

    def decode(size: tuple[int, int]) -> bool:
        pixels = images.ridges(*size)
        return bool((server.decode(images.encode(pixels, "PNG"), "PNG").pixels == pixels).all())

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(decode, sizes))


def test_a_fork_of_the_caller_gets_a_server_of_its_own(server: DecodeServer) -> None:
    server.decode(GOOD, "WSQ20")
    process, child = server.process, os.fork()
    if child == 0:
        try:
            server.decode(GOOD, "WSQ20")
            own = server.process != process
            server.close()
            os._exit(0 if own else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert server.decode(GOOD, "WSQ20").pixels.shape == (96, 80)
    assert server.process == process


def test_the_server_ends_with_the_process_that_started_it() -> None:
    program = (
        "import sys, os; from secure_communities.interchange.images import decode_server\n"
        "decode_server().decode(open(sys.argv[1], 'rb').read(), 'WSQ20')\n"
        "print(decode_server().process, flush=True); os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, "-c", program, str(WSQ / "good.wsq")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    output = subprocess.run(command, capture_output=True, text=True, check=False, env=environment).stdout
    ended_by = time.monotonic() + 20
    while Path("/proc", output.strip()).exists() and _state(output.strip()) != "Z":
        assert time.monotonic() < ended_by
        time.sleep(0.02)


def _state(process: str) -> str:
    try:
        return Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_the_server_knows_nothing_of_our_environment(server: DecodeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "a secret")
    with DecodeServer() as fresh:
        fresh.decode(GOOD, "WSQ20")
        assert b"DATABASE_URL" not in Path(f"/proc/{fresh.process}/environ").read_bytes()


def test_there_is_one_server_for_the_whole_process() -> None:
    assert decode_server() is decode_server()
    assert decode_server().decode(GOOD, "WSQ20").pixels.shape == (96, 80)
    decode_server().close()
