"""Reads `/metrics` of a running server."""

import http.client
import time

from prometheus_client.parser import text_string_to_metric_families

from tests.support.running_server import TIMEOUT, RunningServer


def get(server: RunningServer, path: str, **headers: str) -> tuple[int, str]:
    """Status and text of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{server.port}", **headers})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


class Scrape:
    """The metrics at one time."""

    def __init__(self, server: RunningServer) -> None:
        """Read the metrics."""
        status, text = get(server, "/metrics")
        assert status == 200, text
        self._samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]

    def sum(self, name: str, **labels: str) -> float:
        """The sum of all samples of this name (without the `emojify_`) that have these labels; 0 without any."""
        return sum(
            sample.value
            for sample in self._samples
            if sample.name == f"emojify_{name}" and labels.items() <= sample.labels.items()
        )


def wait_for_sum(server: RunningServer, value: float, name: str, **labels: str) -> Scrape:
    """Scrape until the sum has this value; raises AssertionError after a timeout."""
    deadline = time.monotonic() + TIMEOUT
    while True:
        scrape = Scrape(server)
        if scrape.sum(name, **labels) == value:
            return scrape
        assert time.monotonic() < deadline, f"{name} {labels} is {scrape.sum(name, **labels)}, not {value}"
