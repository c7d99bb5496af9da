# SPDX-License-Identifier: GPL-3.0-or-later
"""Where messages end: ARINT in front of nginx, Apache and HAProxy, and each of them in front of ARINT. No pair disagrees (boundaries.py)."""
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import boundaries  # noqa: E402

from support import Node, free_port, until  # noqa: E402


def program(name: str) -> str:
    return shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin") or name


def nginx(folder: Path, port: int, back: int) -> list[str]:
    temporary = "".join(f"{part}_temp_path {folder}/{part}; " for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"daemon off; worker_processes 1; pid {folder}/nginx.pid; events {{ }} http {{ access_log off; {temporary} upstream up {{ server 127.0.0.1:{back}; keepalive 8; }} "
                                       f'server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; '
                                       f"proxy_request_buffering off; proxy_pass_header X-Saw; }} }} }}")
    return [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.err")]


def apache(folder: Path, port: int, back: int) -> list[str]:
    modules = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in ("mpm_event", "authz_core", "proxy", "proxy_http"))
    (folder / "apache.conf").write_text(f"{modules}ServerRoot {folder}\nServerName localhost\nPidFile {folder}/apache.pid\nErrorLog {folder}/apache.err\nListen 127.0.0.1:{port}\n"
                                        f"StartServers 1\nServerLimit 1\nThreadsPerChild 8\nMaxRequestWorkers 8\nThreadLimit 8\nKeepAlive On\n"
                                        f"ProxyPass / http://127.0.0.1:{back}/ keepalive=On disablereuse=Off\n<Location />\nRequire all granted\n</Location>\n")
    return [program("apache2"), "-X", "-f", str(folder / "apache.conf")]


def haproxy(folder: Path, port: int, back: int) -> list[str]:
    (folder / "haproxy.cfg").write_text(f"global\n  nbthread 1\n  maxconn 200\ndefaults\n  mode http\n  timeout client 20s\n  timeout server 20s\n  timeout connect 5s\n"
                                        f"frontend f\n  bind 127.0.0.1:{port}\n  default_backend b\nbackend b\n  http-reuse always\n  server s 127.0.0.1:{back}\n")
    return [program("haproxy"), "-db", "-f", str(folder / "haproxy.cfg")]


OTHERS = {"nginx": nginx, "apache": apache, "haproxy": haproxy}


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def start(owner: unittest.TestCase, name: str, back: int) -> int:
    """Another server as a proxy before `back`; its port."""
    temporary = tempfile.TemporaryDirectory(prefix="arint-boundaries-")
    owner.addCleanup(temporary.cleanup)
    Path(temporary.name).chmod(0o755)
    port = free_port()
    process = subprocess.Popen(OTHERS[name](Path(temporary.name), port, back), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    owner.addCleanup(process.wait)
    owner.addCleanup(process.terminate)
    until(lambda: accepts(port), f"{name} listens")
    return port


def arint(owner: unittest.TestCase, back: int) -> int:
    return Node(owner, cores=1, yaml='channels:\n  all: { http: { path: "/{rest*}" }, forward: back }\n'
                f'outgoing:\n  back: {{ http: {{ url: "http://127.0.0.1:{back}" }}, breaker: {{ failures: 1000000 }} }}\n').port


def chains(owner: unittest.TestCase, names) -> list[boundaries.Chain]:
    """For each of the others two: it behind us, and before us."""
    out = []
    for name in names:
        for title in (f"arint before {name}", f"{name} before arint"):
            recorder = boundaries.Recorder()
            owner.addCleanup(recorder.close)
            behind = start(owner, name, recorder.port) if title.startswith("arint") else arint(owner, recorder.port)
            front = arint(owner, behind) if title.startswith("arint") else start(owner, name, behind)
            out.append(boundaries.Chain(title, front, recorder))
    return out


def main(folder: Path | None) -> int:
    owner = unittest.TestCase()
    try:
        given = boundaries.vectors() + (boundaries.corpus(folder) if folder else [])
        made = chains(owner, OTHERS)
        boundaries.check_all(made, given)
    finally:
        owner.doCleanups()
    for chain in made:
        print(f"{chain.name}: {chain.compared} vectors, {len(chain.faults)} disagreements", *chain.faults, sep="\n  ")
    return 1 if any(chain.faults for chain in made) else 0


class Boundaries(unittest.TestCase):
    def test_no_pair_disagrees_where_a_message_ends(self):
        given = boundaries.vectors()
        self.assertGreater(len(given), 250)
        made = chains(self, OTHERS)
        boundaries.check_all(made, given)
        for chain in made:
            with self.subTest(chain.name):
                self.assertEqual(chain.compared, len(given))
                self.assertEqual(chain.faults, [])

    def test_a_pair_that_disagrees_is_noticed(self):
        """The control: a front that passes bytes on as they came, before a back that reads them its own way."""
        recorder = boundaries.Recorder()
        self.addCleanup(recorder.close)
        chain = boundaries.Chain("control", recorder.port, recorder)
        # The recorder alone takes `Content_Length` for a field that frames nothing: what was body is a request, which is answered: it agrees with itself.
        chain.check(b"POST /x HTTP/1.1\r\nHost: h\r\nContent_Length: %d\r\n\r\n" % len(boundaries.SMUGGLED))
        self.assertEqual(chain.faults, [])
        # Whoever sends a request of which no answer tells makes the lists differ.
        recorder._serve = lambda connection, serve=recorder._serve: (recorder.seen.append("GET /smuggled "), serve(connection))
        chain.check(b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
        self.assertEqual(len(chain.faults), 1)


if __name__ == "__main__":
    unittest.main()
