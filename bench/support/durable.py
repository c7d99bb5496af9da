# SPDX-License-Identifier: GPL-3.0-or-later
"""What bench/accept, deliver and backlog share: a real disk, a project with durable channels, the peers in front of brokers."""
import os
import re
import socket
import subprocess
import time
from pathlib import Path

import bench
import turns

SIZE = 1024
BODY = bench.json_of(SIZE)
CORES = min(2, os.cpu_count() or 1)


def file_system(folder: Path) -> str:
    """The kind and the device under `folder`; stops the bench where nothing is ever synced."""
    kind = subprocess.run(["stat", "-f", "-c", "%T", folder], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    if kind in ("tmpfs", "ramfs"):
        bench.stop_with(f"{folder} is on {kind}, where a sync does nothing: set TMPDIR to a folder on a disk")
    device = subprocess.run(["df", "--output=source", folder], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1]
    return f"{kind} on {device}"


def sync_us(folder: Path) -> float:
    """What one fdatasync of a page costs here, the median of 50."""
    file = os.open(folder / "probe", os.O_RDWR | os.O_CREAT)
    os.write(file, b"\0" * 65536)
    os.fsync(file)
    took = []
    for i in range(50):
        os.pwrite(file, b"x" * 1024, i * 1024)
        begun = time.perf_counter()
        os.fdatasync(file)
        took.append(time.perf_counter() - begun)
    os.close(file)
    return sorted(took)[25] * 1e6


class Arint:
    """A node with its own project and admin port; `parts` stands behind its node."""

    def __init__(self, bed: bench.Bed, name: str, parts: str, cores: int = CORES):
        self.bed, self.port, self.admin = bed, bench.free_port(), bench.free_port()
        self.folder = bed.folder / name
        self.folder.mkdir()
        (self.folder / "arint.yaml").write_text(
            f'node: {{ listen: "127.0.0.1:{self.port}", admin: "127.0.0.1:{self.admin}", data: data, cores: {cores} }}\n{parts}')
        self.process = self.start()

    def start(self) -> subprocess.Popen:
        self.process = self.bed.serve([bench.ARINT, "run", self.folder], self.port)
        return self.process

    def metrics(self) -> dict[str, float]:
        text = bench.get(self.admin, "/metrics")[2].decode()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line and not line.startswith("#")}

    def metric(self, name: str, **labels: str) -> float:
        """The sum of all samples of that name with these labels."""
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        return sum(value for sample, value in self.metrics().items()
                   if sample.split("{")[0] == name and all(each in sample for each in wanted))

    def syncs(self) -> float:
        return self.metric("arint_store_syncs_total")

    def state_of(self, location: str) -> str:
        status, _, body = bench.get(self.port, location)
        return re.search(rb'"state":\s*"(\w+)"', body)[1].decode() if status == 200 else f"status {status}"


def front(bed: bench.Bed, kind: str, behind) -> tuple[int, subprocess.Popen]:
    """bench_front in front of a file or a broker's port; its port and process."""
    port = bench.free_port()
    process = bed.serve([turns.built("bench_front"), kind, behind, port, CORES], port)
    return port, process


def redis(bed: bench.Bed) -> int:
    port = bench.free_port()
    folder = bed.folder / "redis"
    folder.mkdir()
    bed.serve([bench.tool("redis-server"), "--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes",
               "--appendfsync", "always"], port)
    return port


def rabbitmq(bed: bench.Bed) -> int:
    """The port of a RabbitMQ of one node without plugins, as the user it insists on."""
    script = "/usr/lib/rabbitmq/bin/rabbitmq-server"
    if not os.access(script, os.X_OK):
        bench.stop_with("rabbitmq-server is not installed: run tools/setup test")
    port, folder = bench.free_port(), bed.folder / "rabbitmq"
    bed.folder.chmod(0o755)
    folder.mkdir()
    (folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\n")
    (folder / "plugins").write_text("[].\n")
    (folder / ".erlang.cookie").write_text("arint-bench")
    (folder / ".erlang.cookie").chmod(0o600)
    user = ["setpriv", "--reuid", "rabbitmq", "--regid", "rabbitmq", "--clear-groups", "--"] if os.geteuid() == 0 else []
    if user:
        subprocess.run(["chown", "-R", "rabbitmq:rabbitmq", folder], check=True)
    settings = {"HOME": folder, "RABBITMQ_HOME": "/usr/lib/rabbitmq", "LANG": "C.UTF-8", "RABBITMQ_NODENAME": f"bench{port}@localhost",
                "RABBITMQ_CONFIG_FILE": folder / "rabbitmq.conf", "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "plugins",
                "RABBITMQ_MNESIA_BASE": folder / "mnesia", "RABBITMQ_LOG_BASE": folder / "log", "RABBITMQ_DIST_PORT": bench.free_port(),
                "ERL_EPMD_PORT": bench.free_port(), "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_CONF_ENV_FILE": "/dev/null",
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}"}
    process = bed.start(["env", *(f"{name}={value}" for name, value in settings.items()), *user, script])
    for _ in range(600):
        try:
            with socket.create_connection(("127.0.0.1", port), 0.5):
                time.sleep(1)  # it listens before it lets anybody in
                return port
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    bench.stop_with(f"rabbitmq-server did not start: {(bed.folder / 'processes.log').read_text()[-2000:]}")
    return 0


def post_one(port: int, path: str = "/in") -> str:
    """POSTs the body; gives the address of the message."""
    status, headers, body = bench.post(port, path, BODY)
    if status != 202 or not headers.get("location", "").startswith("/.arint/messages/"):
        bench.stop_with(f"port {port} answered {status} {headers} {body[:200]}")
    return headers["location"]


def until(holds, what: str, seconds: float):
    """What `holds()` gives as soon as that is true; asked again and again."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > end:
            bench.stop_with(f"{what}: not within {seconds:g} s")
        time.sleep(0.02)
    return found
