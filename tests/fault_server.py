"""Servers on this machine that speak the Messages protocol well, badly, or not at all."""

import json
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

USAGE = {
    "input_tokens": 10,
    "output_tokens": 5,
    "cache_read_input_tokens": 3,
    "cache_creation_input_tokens": 2,
    "output_tokens_details": {"thinking_tokens": 1},
}


def message(text: str = "Barks(rex)", stop: str = "end_turn", **more: Any) -> dict[str, Any]:
    """A well-formed message of the protocol."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-as-returned",
        "content": [{"type": "text", "text": text}],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": USAGE,
        **more,
    }


def good(text: str = "Barks(rex)", stop: str = "end_turn", **more: Any) -> Response:
    return JSONResponse(message(text, stop, **more), headers={"request-id": "req_1"})


def failing(status: int, kind: str = "api_error", **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    error = {"type": "error", "error": {"type": kind, "message": f"planned {kind}"}}
    return JSONResponse(error, status, headers={"request-id": f"req_{status}", **named})


def page(status: int = 200) -> Response:
    return Response("<html><body>Bad gateway</body></html>", status, media_type="text/html")


def dripping(seconds: float, text: str = "Barks(rex)") -> Response:
    """A good reply, a few bytes at a time."""
    data = json.dumps(message(text)).encode("ascii")

    async def drip() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 8):
            yield data[start : start + 8]
            await anyio.sleep(seconds * 8 / len(data))

    return StreamingResponse(drip(), media_type="application/json")


class Broken(Response):
    """An answer that breaks off: reset before a byte of it, or dropped in the middle of its body."""

    def __init__(self, kind: Literal["reset", "drop"]) -> None:
        super().__init__(json.dumps(message()), media_type="application/json")
        self.kind = kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = scope["transport"]
        if self.kind == "reset":
            reset(transport.get_extra_info("socket"))
        else:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            half = bytes(self.body[:20])
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await anyio.sleep(0.005)
        transport.abort()


def event_stream(*events: dict[str, Any]) -> Response:
    said = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events)
    return Response(said, media_type="text/event-stream")


Call: TypeAlias = dict[str, Any]
Plan: TypeAlias = Callable[[int, Call], Response]


@dataclass
class Server:
    """A server whose n-th reply is planned.

    Attributes:
        plan: from the number of the message call (from 0) and its body to the answer.
        calls: the bodies of message calls, in order.
        headers: their headers.
        other: the paths of all other calls.
        now: message calls in flight.
        most: the most there ever were.
        delay: seconds before each answer.
    """

    plan: Plan
    routes: dict[str, Callable[[Call], Response]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    now: int = 0
    most: int = 0
    delay: float = 0.0
    keep: bool = True
    url: str = ""

    async def messages(self, request: Request) -> Response:
        call = await request.json()
        number = len(self.calls)
        self.calls.append(call if self.keep else {})
        self.headers.append(dict(request.headers) if self.keep else {})
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            if self.delay:
                await anyio.sleep(self.delay)
            return self.plan(number, call)
        finally:
            self.now -= 1

    async def rest(self, request: Request) -> Response:
        path = request.url.path
        self.other.append(f"{request.method} {path}")
        answer = self.routes.get(path)
        if answer is None:
            return failing(404, "not_found_error")
        body = await request.body()
        return answer(json.loads(body) if body else {})


@contextmanager
def served(plan: Plan = lambda number, call: good(), **more: Any) -> Iterator[Server]:
    """A server in a thread of its own, on a free port of this machine."""
    server = Server(plan, **more)
    app = Starlette(
        routes=[
            Route("/v1/messages", server.messages, methods=["POST"]),
            Route("/{path:path}", server.rest, methods=["GET", "POST", "DELETE"]),
        ]
    )

    async def with_transport(scope: Scope, receive: Receive, send: Any) -> None:
        scope["transport"] = send.__self__.transport
        await app(scope, receive, send)

    config = uvicorn.Config(
        with_transport, port=0, log_level="critical", lifespan="off", ws="none", http="h11", loop="asyncio",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.005)
    host, port = running.servers[0].sockets[0].getsockname()[:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        running.should_exit = True
        thread.join(10)


RawPlan: TypeAlias = Callable[[int, socket.socket], None]


@dataclass
class RawServer:
    """A server that writes bytes: what a proper one cannot be made to do.

    Attributes:
        count: the calls so far.
    """

    url: str
    count: int = 0


def reset(client: Any) -> None:
    """Have the connection, a socket, end with an RST when it is closed."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answer(body: bytes, *, length: int | None = None, kind: str = "application/json") -> bytes:
    """An HTTP success with this body, said to be of this length."""
    said = len(body) if length is None else length
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {said}\r\n"
    return head.encode("ascii") + b"Connection: close\r\n\r\n" + body


@contextmanager
def served_raw(plan: RawPlan) -> Iterator[RawServer]:
    """A raw server; `plan` gets the number of the call (from 0) and the connection to write to."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = RawServer(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                _read_call(client)
                number = server.count
                server.count += 1
                with suppress(OSError):  # the other side may have had enough
                    plan(number, client)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def _read_call(client: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(65536)
        if not more:
            return
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    ]
    missing = (lengths[0] if lengths else 0) - len(body)
    while missing > 0:
        more = client.recv(65536)
        if not more:
            return
        missing -= len(more)
