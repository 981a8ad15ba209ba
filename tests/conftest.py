"""Hypothesis profiles, the folder of data sets, and a network that stays off."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

_SLOW_MACHINES = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=50, **_SLOW_MACHINES)  # type: ignore[arg-type]
settings.register_profile(
    "ci",
    max_examples=200,
    derandomize=True,
    print_blob=True,
    **_SLOW_MACHINES,  # type: ignore[arg-type]
)
settings.register_profile("nightly", max_examples=20_000, **_SLOW_MACHINES)  # type: ignore[arg-type]
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)

NETWORK = bool(os.environ.get("NEUROLOGIC_NETWORK"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of data sets; tests that need it are skipped where it is not set."""
    folder = os.environ.get("NEUROLOGIC_DATA")
    if not folder:
        pytest.skip("NEUROLOGIC_DATA is not set")
    path = Path(folder)
    if not path.is_dir():
        pytest.skip(f"NEUROLOGIC_DATA is not a folder: {folder}")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the network unless it was asked for."""
    if not NETWORK:
        skip = pytest.mark.skip(reason="NEUROLOGIC_NETWORK is not set")
        for item in items:
            if item.get_closest_marker("network"):
                item.add_marker(skip)


@pytest.fixture(autouse=True, scope="session")
def _no_refused_certificates() -> Iterator[None]:
    """A test fails where a certificate is built that the kernel refuses; users are only told."""
    from neurologic.certification import building

    def fail(verdict: object, error: Exception, text: str) -> Any:
        raise AssertionError(f"a certificate was built that does not check: {error}\n{text}")

    told, building.fault = building.fault, fail
    yield
    building.fault = told


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """A test that reaches beyond this machine fails: results may not depend on the network."""
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def local_only(host: object) -> None:
        if host not in {"127.0.0.1", "::1"}:
            raise RuntimeError("the network is off in tests")

    def connect_locally(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None):
            local_only(address[0])
        connect(self, address)

    def resolve_locally(host: Any, *rest: Any, **named: Any) -> Any:
        local_only(host)
        return resolve(host, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        if not NETWORK:
            patch.setattr(socket.socket, "connect", connect_locally)
            patch.setattr(socket, "getaddrinfo", resolve_locally)
        yield
