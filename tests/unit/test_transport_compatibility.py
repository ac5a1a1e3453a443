"""server/transport is used only if uvicorn and websockets have everything that it needs."""

import ast
import asyncio
import sys
import types

import pytest
import uvicorn
import websockets.exceptions
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.server import ServerProtocol

from server.cli.uvicorn_server import PlainServer, make_server, transport_problem
from server.live.observer import NullObserver
from server.settings import load_settings
from server.transport import frame_parser, http_protocol, server, websocket_protocol
from server.transport.compatibility import ATTRIBUTES
from server.transport.server import Server
from tests.support import ROOT


async def close_all() -> None:
    pass


def make() -> uvicorn.Server:
    return make_server(lambda: None, load_settings({}, {}), NullObserver(), close_all, log_config=None)


def test_the_installed_versions_fit(capsys: pytest.CaptureFixture[str]) -> None:
    assert transport_problem() is None
    assert isinstance(make(), Server) and capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("kind", "name"),
    [(WebSocketsSansIOProtocol, "keepalive_timeout"), (HttpToolsProtocol, "on_body"), (uvicorn.Server, "shutdown")],
)
def test_a_missing_attribute_is_named_in_one_warning_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: type, name: str
) -> None:
    monkeypatch.delattr(kind, name)
    made = make()
    assert isinstance(made, PlainServer) and not isinstance(made, Server)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: server/transport is not used: it does not fit uvicorn ")
    assert f"{kind.__name__}.{name}" in line and "Not enforced: --http-connections" in line


def test_an_attribute_that_a_constructor_no_longer_sets_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    original = WebSocketsSansIOProtocol.__init__

    def init(self: WebSocketsSansIOProtocol, *args: object) -> None:
        original(self, *args)  # type: ignore[arg-type]
        del self.read_paused

    monkeypatch.setattr(WebSocketsSansIOProtocol, "__init__", init)
    assert "no WebSocketsSansIOProtocol.read_paused" in (transport_problem() or "")


def test_a_constructor_with_other_arguments_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpToolsProtocol, "__init__", lambda self, config: None)
    assert "it does not fit the installed uvicorn" in (transport_problem() or "")


def test_a_name_that_a_library_no_longer_has_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(websockets.exceptions, "PayloadTooBig")
    package = sys.modules["server"]
    monkeypatch.setattr(package, "transport", package.transport)  # importing it again replaces this attribute
    for name in [name for name in sys.modules if name.startswith("server.transport")]:
        monkeypatch.delitem(sys.modules, name)
    assert "PayloadTooBig" in (transport_problem() or "")


def test_any_error_of_a_constructor_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def init(*args: object, **options: object) -> None:
        raise ValueError("another version")

    monkeypatch.setattr(ServerProtocol, "__init__", init)
    assert "another version" in (transport_problem() or "")


# The classes of libraries whose attributes each expression of a module has.
USES: list[tuple[types.ModuleType, dict[str, type]]] = [
    (http_protocol, {"self": HttpToolsProtocol, "super()": HttpToolsProtocol, "self.flow": FlowControl}),
    (http_protocol, {"self.cycle": RequestResponseCycle, "self._running": RequestResponseCycle}),
    (websocket_protocol, {"self": WebSocketsSansIOProtocol, "super()": WebSocketsSansIOProtocol}),
    (websocket_protocol, {"self.conn": ServerProtocol}),
    (frame_parser, {"self": ServerProtocol, "super()": ServerProtocol}),
    (server, {"self": uvicorn.Server, "super()": uvicorn.Server, "self.server_state": ServerState}),
]


@pytest.mark.parametrize(("module", "owners"), USES)
def test_every_attribute_of_a_library_that_is_used_is_listed(
    module: types.ModuleType, owners: dict[str, type]
) -> None:
    """Attributes that the code of this package does not define itself come from the library."""
    source = (ROOT / f"{module.__name__.replace('.', '/')}.py").read_text()
    tree = ast.parse(source)
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    methods = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for owner, kind in owners.items():
        found = {node.attr for node in attributes if ast.unparse(node.value) == owner} - {"__init__"}
        if owner == "self":
            overridden = {name for name in methods if hasattr(kind, name) and not name.startswith("__")}
            found = {name for name in found if f"    {name}: " not in source and f"    {name} = " not in source}
            found = {name for name in found if not name.startswith("_")} - {*methods, *OWN_STATE} | overridden
        assert found <= {*ATTRIBUTES[kind], *OPTIONAL}, f"{owner}: {found - set(ATTRIBUTES[kind])}"


# Public attributes that the classes of this package set themselves.
OWN_STATE = ("is_waiting", "maximum")
# Read with a default.
OPTIONAL = ("servers",)


def test_plain_uvicorn_closes_the_websockets_first() -> None:
    """In the order that the public API allows: WebSockets, then uvicorn's own shutdown."""
    order: list[str] = []

    async def close_all() -> None:
        order.append("websockets")

    class Lifespan:
        async def shutdown(self) -> None:
            order.append("lifespan")

    async def work() -> None:
        made = PlainServer(uvicorn.Config(lambda: None, log_config=None), close_all)
        made.servers, made.lifespan = [], Lifespan()
        made.handle_exit(15, None)
        assert made.should_exit
        await made.shutdown()

    asyncio.run(work())
    assert order == ["websockets", "lifespan"]
