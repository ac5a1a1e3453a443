"""Cameras and films at an address: they are read, and their credentials are printed nowhere."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from server.cli.picture_search import find_pictures
from server.cli.video_address import is_address, shown, without_addresses
from server.cli.video_file import open_source
from server.errors import StartError
from tests.support.films import write_film
from tests.support.network_camera import FRAMES, PASSWORD, USER, HttpCamera, RtspCamera, network_camera

Picture = npt.NDArray[np.uint8]
CREDENTIALS = f"{USER}:{PASSWORD}@"


@pytest.mark.parametrize(
    ("address", "printed"),
    [
        (f"rtsp://{CREDENTIALS}camera:554/stream", "rtsp://camera:554"),
        (f"rtsp://camera/user={USER}&password={PASSWORD}&channel=1.sdp", "rtsp://camera"),
        (f"http://camera/video?user={USER}&pwd={PASSWORD}", "http://camera"),
        (f"HTTPS://{CREDENTIALS}[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443"),
        (f"rtsp://{CREDENTIALS}camera:port/", "rtsp://"),
        (f"rtsp://{USER}:{PASSWORD}@with@signs@camera/", "rtsp://camera"),
        (f"rtsp:/{CREDENTIALS}camera/", "rtsp://"),
    ],
)
def test_of_an_address_only_the_host_is_shown(address: str, printed: str) -> None:
    assert is_address(address) and shown(address) == printed
    assert PASSWORD not in without_addresses(f"unrecognized arguments: {address} --x")


@pytest.mark.parametrize("name", ["clip.mp4", "C:/clip.mp4", "C:\\clip.mp4", "0", "/dev/video0", "a: b/c.mp4"])
def test_a_file_is_no_address(name: str) -> None:
    assert not is_address(name) and shown(name) == name


def test_an_address_without_its_scheme_keeps_its_credentials(tmp_path: Path) -> None:
    """It counts as a file, which is not there."""
    with pytest.raises(StartError, match="camera") as caught:
        open_source(f"{CREDENTIALS}camera/stream")
    assert PASSWORD not in str(caught.value) and USER not in str(caught.value)


def test_a_camera_with_rtsp_is_read(tmp_path: Path, smiling: Picture) -> None:
    with network_camera(RtspCamera, smiling, tmp_path) as port:
        source = open_source(f"rtsp://{CREDENTIALS}127.0.0.1:{port}/stream")
        frames = list(source.frames())
        source.close()
    assert source.live and source.fault and "the stream ended" in source.fault and len(frames) >= FRAMES - 2
    assert np.abs(frames[-1].pixels.astype(int) - smiling).mean() < 6
    assert [frame.time_s for frame in frames] == sorted(frame.time_s for frame in frames)


def test_a_camera_with_motion_jpeg_is_read(tmp_path: Path, smiling: Picture) -> None:
    with network_camera(HttpCamera, smiling, tmp_path) as port:
        source = open_source(f"http://{CREDENTIALS}127.0.0.1:{port}/live?token={PASSWORD}")
        frames = list(source.frames())
        source.close()
    assert source.live and source.fault and "the stream ended" in source.fault and len(frames) >= FRAMES - 2
    assert np.abs(frames[-1].pixels.astype(int) - smiling).mean() < 6


def test_a_film_at_an_address_is_a_film(tmp_path: Path, smiling: Picture) -> None:
    write_film(tmp_path / "film.mp4", [smiling], each=20)
    with network_camera(HttpCamera, smiling, tmp_path) as port:
        source = open_source(f"http://{CREDENTIALS}127.0.0.1:{port}/film.mp4")
        times = [frame.time_s for frame in source.frames()]
        source.close()
    assert not source.live and source.fault is None and times == pytest.approx([n / 20 for n in range(20)])


@pytest.mark.parametrize("kind", [RtspCamera, HttpCamera])
def test_a_wrong_password_is_reported_without_it(
    tmp_path: Path, smiling: Picture, kind: type[RtspCamera] | type[HttpCamera], capfd: pytest.CaptureFixture[str]
) -> None:
    scheme = "rtsp" if kind is RtspCamera else "http"
    with network_camera(kind, smiling, tmp_path) as port, pytest.raises(StartError) as error:
        open_source(f"{scheme}://{USER}:wr0ng-w0rd@127.0.0.1:{port}/live?pwd=wr0ng-w0rd")
    assert str(error.value).startswith(f"{scheme}://127.0.0.1:{port}: cannot be opened: ")
    assert "401" in str(error.value) and "user and password" in str(error.value)
    assert error.value.__cause__ is None and error.value.__suppress_context__
    assert "wr0ng" not in str(error.value) + "".join(capfd.readouterr())


@pytest.mark.parametrize("address", [f"file:///{PASSWORD}", f"ftp://{CREDENTIALS}host/x", f"rtsp://{CREDENTIALS}127.0.0.1:1/"])
def test_what_cannot_be_opened_is_reported_without_credentials(address: str) -> None:
    with pytest.raises(StartError) as error:
        open_source(address)
    assert PASSWORD not in str(error.value) and len(str(error.value)) > 40


def test_the_command_for_pictures_refers_to_the_other_one() -> None:
    with pytest.raises(StartError, match=r"^http://host: pictures are read from files; .*video reads addresses"):
        find_pictures([f"http://{CREDENTIALS}host/photo.jpg"])
