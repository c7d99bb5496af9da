# SPDX-License-Identifier: GPL-3.0-or-later
"""Where one HTTP message ends and the next begins: asked of us and of nginx, Apache and HAProxy, one behind the other.

A chain is caller -> front -> back -> recorder. Each vector is sent on a connection of its own, with a request behind it that asks for the close.
The two agree when the recorder saw exactly the requests that were answered with 200, in that order, each answer is the one of its request, and
the next caller gets his own answer. Run by itself: boundaries.py [FOLDER], with the vectors of shared/corpora/http-smuggling too.
"""
import base64
import contextlib
import hashlib
import json
import re
import socket
import socketserver
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

SMUGGLED = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
FIVE = b"5\r\nhello\r\n0\r\n\r\n"


def post(fields: bytes, body: bytes = b"", first: bytes = b"POST /x HTTP/1.1", host: bytes = b"Host: h\r\n") -> bytes:
    return first + b"\r\n" + host + fields + b"\r\n" + body


def lengths() -> list[bytes]:
    size = b"%d" % len(SMUGGLED)
    written = [size, b"+" + size, b"0" + size, size + b" ", b" " + size, b"\t" + size, size + b"," + size, size + b", 5", size + b"\x0b", size + b"\x00", b"0x2c",
               b"", b"-1", b"1e1", size + b".0", b"99999999999999999999", size + b";q=1", b"\"" + size + b"\"", size + b" " + size, b"\xa0" + size]
    out = [post(b"Content-Length:" + value + b"\r\n", SMUGGLED) for value in written]
    out += [post(name + b": " + size + b"\r\n", SMUGGLED) for name in
            (b"Content-Length ", b" Content-Length", b"Content_Length", b"content-length", b"CONTENT-LENGTH", b"Content-Length\t", b"Content-Length\x00", b"Content-\r\n Length",
             b"\rContent-Length", b"X: y\nContent-Length", b"X: y\rContent-Length", b"X:\r\n Content-Length", b":Content-Length")]
    out += [post(b"Content-Length: %s\r\nContent-Length: %s\r\n" % pair, SMUGGLED) for pair in ((size, size), (size, b"5"), (b"5", size), (b"0", size), (size, b""))]
    out.append(post(b"Content-Length:\r\n " + size + b"\r\n", SMUGGLED))
    return out


CODINGS = [b"chunked", b"Chunked", b"CHUNKED", b" chunked", b"\tchunked", b"chunked ", b"chunked\t", b"\x0bchunked", b"chunked\x0b", b"chunked\x00", b"xchunked", b"chunkedx",
           b"chunked,", b",chunked", b"chunked,chunked", b"chunked, identity", b"identity", b"identity, chunked", b"gzip, chunked", b"chunked;q=1", b"\"chunked\"", b"'chunked'",
           b"chu\r\n nked", b"\r\n chunked", b"\nchunked", b"chunked\r\n X: y", b"cow", b"", b"chunked\xa0", b"\xefchunked", b"trailers", b"chunked, cow"]
CODING_NAMES = [b"Transfer-Encoding", b"transfer-encoding", b"Transfer-Encoding ", b"Transfer-Encoding\t", b" Transfer-Encoding", b"Transfer_Encoding", b"Transfer-Encoding\x00",
                b"Transfer-\r\n Encoding", b"\x0bTransfer-Encoding", b"X: y\nTransfer-Encoding", b"X: y\rTransfer-Encoding", b"Transfer Encoding", b"TE", b"X-Transfer-Encoding"]


def codings() -> list[bytes]:
    size = b"Content-Length: %d\r\n" % len(SMUGGLED)
    out = []
    for line in [b"Transfer-Encoding:" + value for value in CODINGS] + [name + b": chunked" for name in CODING_NAMES]:
        out += [post(line + b"\r\n", SMUGGLED), post(line + b"\r\n" + size, SMUGGLED), post(size + line + b"\r\n", SMUGGLED)]
    out += [post(b"Transfer-Encoding: %s\r\nTransfer-Encoding: %s\r\n" % pair, SMUGGLED) for pair in ((b"chunked", b"chunked"), (b"chunked", b"identity"), (b"identity", b"chunked"), (b"", b"chunked"))]
    out.append(post(b"Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n", SMUGGLED, b"POST /x HTTP/1.0"))
    return out


def chunks() -> list[bytes]:
    bodies = [FIVE, b"05\r\nhello\r\n0\r\n\r\n", b"5;a=b\r\nhello\r\n0\r\n\r\n", b"5 ;a\r\nhello\r\n0\r\n\r\n", b"5;a=\"x\r\ny\"\r\nhello\r\n0\r\n\r\n", b"5 \r\nhello\r\n0\r\n\r\n",
              b"5\nhello\r\n0\r\n\r\n", b"5\r\nhello\n0\r\n\r\n", b"5\r\nhello0\r\n\r\n", b"5\r\nhello\r\n0\n\n", b"5\r\nhello\r\n0\r\n\n", b"5\r\nhello\r\n00\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n",
              b"+5\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"5_\r\nhello\r\n0\r\n\r\n", b"\r\n5\r\nhello\r\n0\r\n\r\n", b"5;\nhello\r\n0\r\n\r\n", b"5;\x00\r\nhello\r\n0\r\n\r\n",
              b"10000000000000005\r\nhello\r\n0\r\n\r\n", b"ffffffffffffffff\r\nhello", b"5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n", b"5\r\nhello\r\n0\r\nX: y\r\n\r\n",
              b"5\r\nhello\r\n0\r\n X: y\r\n\r\n", b"5\r\nhello\r\n0\r\nX y\r\n\r\n", b"5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n", b"5\r\r\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\r\n0\r\n\r\n",
              b"5\rXhello\r\n0\r\n\r\n", b"5\r\nhelloXX0\r\n\r\n", b"5\r\nhello\r\n0;x\r\n\r\n", b"", b"\r\n", b"x\r\n"]
    return [post(b"Transfer-Encoding: chunked\r\n", body) for body in bodies]


def heads() -> list[bytes]:
    size = b"%d" % len(SMUGGLED)
    firsts = [b"GET /x HTTP/1.1", b"GET  /x HTTP/1.1", b"GET /x  HTTP/1.1", b"GET\t/x HTTP/1.1", b" GET /x HTTP/1.1", b"\r\nGET /x HTTP/1.1", b"\nGET /x HTTP/1.1", b"get /x HTTP/1.1", b"GET /x HTTP/1.2",
              b"GET /x HTTP/1.0", b"GET /x HTTP/01.1", b"GET /x http/1.1", b"GET /x HTTP/1.1 ", b"GET /x", b"GET /x y HTTP/1.1", b"GET /x\x00 HTTP/1.1", b"GET /%00 HTTP/1.1", b"GET /a/../x HTTP/1.1",
              b"GET //x HTTP/1.1", b"GET /%2e%2e/x HTTP/1.1", b"GET http://h/x HTTP/1.1", b"GET http://other/x HTTP/1.1", b"GET http://h:80/x HTTP/1.1", b"OPTIONS * HTTP/1.1", b"GET * HTTP/1.1",
              b"GET x HTTP/1.1", b"GET /x#y HTTP/1.1", b"GET /x?a=b#c HTTP/1.1", b"GET /x\xff HTTP/1.1", b"HEAD /x HTTP/1.1", b"DELETE /x HTTP/1.1", b"PUT /x HTTP/1.1"]
    out = [first + b"\r\nHost: h\r\n\r\n" for first in firsts]
    out += [first + b"\r\nHost: h\r\nContent-Length: " + size + b"\r\n\r\n" + SMUGGLED for first in (b"GET /x HTTP/1.1", b"HEAD /x HTTP/1.1", b"DELETE /x HTTP/1.1", b"OPTIONS /x HTTP/1.1", b"GET /x HTTP/1.0")]
    out += [first + b"\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + SMUGGLED for first in (b"GET /x HTTP/1.1", b"HEAD /x HTTP/1.1", b"DELETE /x HTTP/1.1")]
    named = [b"Connection: Content-Length\r\nContent-Length: " + size, b"Connection: close, Content-Length\r\nContent-Length: " + size, b"Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked",
             b"Connection: Host\r\nContent-Length: " + size, b"Expect: 100-continue\r\nContent-Length: " + size, b"Expect: 200-ok\r\nContent-Length: " + size, b"Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: " + size,
             b"Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: " + size, b"Host: other\r\nContent-Length: " + size, b"No-Colon\r\nContent-Length: " + size, b": empty\r\nContent-Length: " + size,
             b"X: a\r\n b\r\nContent-Length: " + size, b"X: a\x00b\r\nContent-Length: " + size, b"X: a\rb\r\nContent-Length: " + size, b"X: a\nContent-Length: " + size, b"X\x80: a\r\nContent-Length: " + size]
    out += [post(lines + b"\r\n", SMUGGLED) for lines in named]
    out += [b"GET /x HTTP/1.1\nHost: h\n\n", b"GET /x HTTP/1.1\r\nHost: h\n\r\n", b"GET /x HTTP/1.1\r\rHost: h\r\r", b"GET /x HTTP/1.1\r\n Host: h\r\n\r\n", b"GET /x HTTP/1.1\r\n\r\n",
            b"GET /x HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", b"GET /x HTTP/1.1\r\nHost: h h\r\n\r\n", b"GET /x HTTP/1.1\r\nHost: \r\n\r\n", b"GET /x HTTP/1.1\r\nHost: h,i\r\n\r\n"]
    return out


def corpus(folder: Path) -> list[bytes]:
    """The cases of shared/corpora/http-smuggling that are one message, and its Transfer-Encoding mutations."""
    probe = json.loads((folder / "http11probe.json").read_text())["cases"]
    gadgets = json.loads((folder / "smuggler-te-gadgets.json").read_text())["gadgets"]
    out = [base64.b64decode(case["payload_base64"]) for case in probe if case.get("payload_base64")]
    return out + [post(b"Content-Length: %d\r\n" % len(SMUGGLED) + base64.b64decode(gadget["line_base64"]) + b"\r\n", SMUGGLED) for gadget in gadgets]


def vectors() -> list[bytes]:
    return lengths() + codings() + chunks() + heads()


class Recorder:
    """Reads requests as whoever stands before it wrote them, answers each with what it read, and keeps a list of those that came whole."""

    def __init__(self):
        self.lock, self.seen = threading.Lock(), []
        recorder = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError, ValueError):
                    recorder._serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads, request_queue_size = True, True, 64
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        reader = connection.makefile("rb")
        while (line := reader.readline()):
            fields = {}
            while (one := reader.readline()) not in (b"\r\n", b"\n", b""):
                name, _, value = one.partition(b":")
                fields[name.strip().lower()] = value.strip()
            if fields.get(b"expect", b"").lower() == b"100-continue":
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = self._body(reader, fields)
            method, target = line.split(b" ")[:2]
            saw = f"{method.decode('latin-1')} {target.decode('latin-1')} {hashlib.sha256(body).hexdigest()[:16]}"
            with self.lock:
                self.seen.append(saw)
                answer = json.dumps({"number": len(self.seen) - 1, "saw": saw}).encode()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nX-Saw: %d\r\n\r\n" % (len(answer), len(self.seen) - 1) + (b"" if method == b"HEAD" else answer))

    @staticmethod
    def _body(reader, fields: dict) -> bytes:
        def exactly(size: int) -> bytes:
            out = reader.read(size)
            if len(out) < size:
                raise ValueError("cut")
            return out
        if b"transfer-encoding" not in fields:
            return exactly(int(fields.get(b"content-length", b"0")))
        out = b""
        while size := int(reader.readline().split(b";")[0], 16):
            out += exactly(size)
            reader.readline()
        while reader.readline() not in (b"\r\n", b""):
            pass
        return out

    def take(self) -> list[str]:
        with self.lock:
            out, self.seen = self.seen, []
            return out

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def talk(port: int, sent: bytes, patience: float = 0.4) -> bytes:
    """What comes back until the close; who does not close within `patience` is told that nothing more comes."""
    out = b""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as caller:
        caller.sendall(sent)
        caller.settimeout(patience)
        with contextlib.suppress(TimeoutError):
            while piece := caller.recv(65536):
                out += piece
            return out
        caller.shutdown(socket.SHUT_WR)
        caller.settimeout(2)
        while piece := caller.recv(65536):
            out += piece
    return out


@dataclass
class Chain:
    name: str
    port: int
    recorder: Recorder
    faults: list[str] = field(default_factory=list)
    compared: int = 0

    def check(self, vector: bytes) -> None:
        """One vector, and the next caller's request behind it."""
        self.recorder.take()
        answers = talk(self.port, vector + b"GET /end HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        # An answer to HTTP/0.9 has no head, one to HEAD no body.
        told = [int(number) for number in re.findall(rb"^x-saw: (\d+)\r$" if answers.startswith(b"HTTP/") else rb'"number": (\d+)', answers, re.M | re.I)]
        after = talk(self.port, b"GET /own HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 3)
        seen = self.recorder.take()
        self.compared += 1
        fault = ""
        if not seen or not seen[-1].startswith("GET /own ") or rb'"saw": "' + seen[-1].encode() not in after:
            fault = f"the next caller got {after[-200:]!r}"
        elif told != list(range(len(seen) - 1)):
            fault = f"answered were {told}, seen were {seen[:-1]}"
        if fault:
            self.faults.append(f"{self.name}: {vector[:160]!r}: {fault}")


def check_all(chains: list[Chain], given: list[bytes]) -> None:
    """Every vector in every chain; the chains run side by side."""
    def run(chain: Chain) -> None:
        for vector in given:
            chain.check(vector)
    threads = [threading.Thread(target=run, args=(chain,)) for chain in chains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import boundaries_servers_test
    sys.exit(boundaries_servers_test.main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
