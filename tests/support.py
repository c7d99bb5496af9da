# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests in Python share: where the program is, and real servers that end with the test."""
import contextlib
import http.client
import http.server
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = Path(os.environ.get("ARINT_BINARY_DIR", ROOT / "build"))
ARINT = BUILD / "arint"
# Memory under AddressSanitizer says nothing about the program's own.
SANITIZED = BUILD.name != "build" and "san" in BUILD.name


def start_server(test: unittest.TestCase, name: str, *options: str, folder: Path | None = None) -> tuple[int, str]:
    """Starts tools/servers/NAME on a free port for as long as `test` runs; gives (port, how to connect)."""
    if folder is None:
        temporary = tempfile.TemporaryDirectory(prefix=f"arint-{name}-")
        test.addCleanup(temporary.cleanup)
        folder = Path(temporary.name)
        folder.chmod(0o755)
    script = str(ROOT / "tools/servers" / name)
    test.addCleanup(subprocess.run, [script, "stop", str(folder)], check=True)
    started = subprocess.run([script, "start", str(folder), "0", *options], stdout=subprocess.PIPE, text=True, timeout=120)
    words = started.stdout.split()
    if started.returncode != 0 or words[:1] != ["READY"]:
        raise AssertionError(f"{name} did not start: {started.stdout}")
    return int(words[1]), words[2]


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def arint(*words) -> subprocess.CompletedProcess:
    """The program, run to its end; `stdout` and `stderr` as text."""
    return subprocess.run([ARINT, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


def psql(url: str, sql: str) -> str:
    """What a PostgreSQL answers, one row a line, fields divided by bars."""
    return subprocess.run(["psql", "-qtA", url, "-c", sql], check=True, stdout=subprocess.PIPE, text=True, timeout=30).stdout.strip()


def until(holds, what: str, seconds: float = 10):
    """What `holds()` gives as soon as that is true; it is asked again and again, and the test fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(0.05)
    return found


def owner_of(tests: type[unittest.TestCase]) -> unittest.TestCase:
    """Stands for one test that lasts as long as the class: what it owns is for all tests of it. From setUpClass."""
    owner = unittest.TestCase()
    tests.addClassCleanup(owner.doCleanups)
    return owner


def serve(owner: unittest.TestCase, handler) -> int:
    """The port of an HTTP server of Python's that answers by `handler` until the owner ends."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    owner.addCleanup(server.server_close)
    owner.addCleanup(server.shutdown)
    return server.server_port


def refusal(test: unittest.TestCase, yaml: str) -> str:
    """What `arint check` says of a project that it must refuse."""
    with tempfile.TemporaryDirectory(prefix="arint-check-") as folder:
        (Path(folder) / "arint.yaml").write_text(yaml)
        done = arint("check", folder)
    test.assertEqual(done.returncode, 2, done.stdout)
    return done.stdout + done.stderr


def exchange(port: int, request: bytes, timeout: float = 20) -> bytes:
    """Sends bytes as they are, closes that half, and gives all that comes back until the node closes; for what is no proper HTTP."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as caller:
        out = b""
        try:
            caller.sendall(request)
            caller.shutdown(socket.SHUT_WR)
            while piece := caller.recv(65536):
                out += piece
        except (ConnectionResetError, BrokenPipeError):
            pass  # refused before all was sent; what came before that counts
        return out


class Answer:
    """An HTTP answer: status, headers (lower-case names), body as bytes and, when it is JSON, as `json`."""

    def __init__(self, status: int, headers, body: bytes):
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers}
        plain = body and "content-encoding" not in self.headers
        self.json = json.loads(body) if plain and re.search(r"\bjson|\+json", self.headers.get("content-type", "")) else None


class Node:
    """`arint run` on a copy of a project (or on the YAML given), on free ports, for as long as `test` runs."""

    def __init__(self, test: unittest.TestCase, project: str | Path | None = None, yaml: str | None = None, env: dict | None = None,
                 files: dict | None = None, wait: bool = True, port: int | None = None, admin: int | None = None, data: str | Path = "data",
                 cores: int = 0, io: str = "auto", limits: dict | None = None, options: list[str] | None = None,
                 program: Path | None = None):
        temporary = tempfile.TemporaryDirectory(prefix="arint-node-")
        test.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name) / "project"
        if project:
            shutil.copytree(ROOT / project, self.folder, ignore=shutil.ignore_patterns("data"))
        else:
            self.folder.mkdir()
            (self.folder / "arint.yaml").write_text(yaml or "")
        for name, text in (files or {}).items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        self.port, self.admin = port or free_port(), admin or free_port()
        self.data, self.io = data, io
        self.options = options or []  # of `arint run`
        self.program = program or ARINT
        self._write_node(cores)
        self.env = {**os.environ, **(env or {})}
        self.limits = limits or {}  # RLIMIT_...: (soft, hard)
        self.process: subprocess.Popen | None = None
        test.addCleanup(self.kill)
        self.start(wait)

    @classmethod
    def shared(cls, tests: type[unittest.TestCase], **options) -> "Node":
        """One node for all tests of a class; from its setUpClass."""
        return cls(owner_of(tests), **options)

    def rewrite(self, yaml: str, cores: int = 0) -> None:
        """Another arint.yaml for the same node; for `arint reload`."""
        (self.folder / "arint.yaml").write_text(yaml)
        self._write_node(cores or self.cores)

    def _write_node(self, cores: int) -> None:
        self.cores = cores
        main = self.folder / "arint.yaml"
        lines = [line for line in main.read_text().splitlines() if not line.startswith("node:")]
        extra = (f'node: {{ listen: "127.0.0.1:{self.port}", admin: "127.0.0.1:{self.admin}", data: "{self.data}", drain_timeout: 2s, cores: {cores}, '
                 f"io: {self.io} }}")
        main.write_text("\n".join([extra, *lines]) + "\n")

    def start(self, wait: bool = True) -> None:
        def limit() -> None:
            for what, values in self.limits.items():
                resource.setrlimit(what, values)
        self.process = subprocess.Popen([self.program, "run", *self.options, str(self.folder)], env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, preexec_fn=limit if self.limits else None)
        if not wait:
            return
        said = ""
        while (line := self.process.stdout.readline()) and " serves " not in line:
            said += line  # warnings about the project
        self.first = line
        if not line:
            raise AssertionError(f"arint did not start: {said}")

    def stop(self) -> int:
        """SIGTERM; gives the exit code."""
        self.process.terminate()
        code = self.process.wait(timeout=20)
        self.process.stdout.close()
        return code

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process and not self.process.stdout.closed:
            self.process.stdout.close()

    def call(self, method: str, path: str, body: bytes | str | dict | None = None, headers: dict | None = None, timeout: float = 20,
             port: int | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=timeout)
        headers = dict(headers or {})
        if isinstance(body, dict):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()

    def memory(self, what: str = "VmRSS") -> int:
        """Bytes the process holds now."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(what + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError(f"no {what} of process {self.process.pid}; it has ended")

    @contextlib.contextmanager
    def growing_less_than(self, limit: int):
        """Whatever is done inside, the process holds at no moment `limit` bytes more than before. Not looked at under a sanitizer."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")  # the peak begins anew
        before = self.memory()
        yield
        grown = self.memory("VmHWM") - before
        if not SANITIZED and grown >= limit:
            raise AssertionError(f"the node grew by {grown} bytes, at most {limit} were expected")

    def metrics(self) -> dict[str, float]:
        """Every sample by its name and labels, as in the text."""
        text = self.call("GET", "/metrics", port=self.admin).body.decode()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line and not line.startswith("#")}

    def log(self, **wanted) -> list[dict]:
        """Lines of the action log whose fields are as wanted; the node writes them within a second. One it is just writing is left out."""
        whole = (self.folder / "data/actions.log").read_text().rpartition("\n")[0]
        lines = [json.loads(line) for line in whole.splitlines()]
        return [line for line in lines if "action" in line and all(line.get(name) == value for name, value in wanted.items())]

    def log_soon(self, count: int = 1, **wanted) -> list[dict]:
        """The same, waiting up to 10 s until there are `count`."""
        def enough() -> list[dict] | None:
            found = self.log(**wanted)
            return found if len(found) >= count else None
        return until(enough, f"{count} lines with {wanted} in the action log")

    def verify(self) -> subprocess.CompletedProcess:
        """`arint log verify` on its log."""
        return arint("log", "verify", self.folder / "data")
