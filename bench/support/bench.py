# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benches share: modes, processes on one core, CPU time, wrk, medians, and the lines they print."""
import http.client
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARINT = Path(os.environ.get("ARINT_BINARY_DIR", ROOT / "build")) / "arint"
CORE = min(os.sched_getaffinity(0))  # the one that a server, its load and its back end share


def mode(question: str) -> str:
    """'smoke', 'default' or 'full', from the command line."""
    arguments = sys.argv[1:]
    if arguments not in ([], ["--smoke"], ["--full"]):
        sys.exit(f"usage: {sys.argv[0]} [--smoke|--full]\n{question}")
    return arguments[0][2:] if arguments else "default"


def stop_with(sentence: str) -> None:
    sys.exit(f"{Path(sys.argv[0]).name}: {sentence}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def json_of(size: int) -> str:
    """A JSON text of exactly `size` bytes, without quotes that a configuration file would have to escape beyond '."""
    head = '{"id":7,"customer":"acme","items":[{"sku":"A-1","quantity":2,"price":10.5}],"note":"'
    return head + "x" * (size - len(head) - 2) + '"}'


def tool(name: str) -> str:
    found = shutil.which(name) or (f"/usr/sbin/{name}" if os.access(f"/usr/sbin/{name}", os.X_OK) else None)
    return found or stop_with(f"{name} is not installed: run tools/setup test")


def npm(package: str, peer: str) -> Path | None:
    """The node_modules of a package from npm, in a cache outside of git; None, with the reason printed, when it cannot be had."""
    name = package.rpartition("@")[0]
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "arint-bench" / f"node-{name.strip('@').replace('/', '-')}"
    if (folder / "node_modules" / name / "package.json").exists():
        return folder / "node_modules"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        ran = subprocess.run([tool("npm"), "install", "--no-audit", "--no-fund", package], cwd=folder, capture_output=True, text=True, timeout=60)
        reason = ran.stderr.strip().splitlines()[-1:] if ran.returncode else None
    except subprocess.TimeoutExpired:
        reason = ["no answer within 60 s"]
    if reason is not None:
        print(f"# {peer}: not compared, npm could not install {package}: {reason[0] if reason else ''}", flush=True)
        return None
    return folder / "node_modules"


def on_core(command: list) -> list:
    """The command bound to CORE, ahead of the machine's other work where that is allowed."""
    ahead = ["nice", "-n", "-15"] if os.geteuid() == 0 else []
    return ["taskset", "-c", str(CORE), *ahead, *map(str, command)]


def tree(pid: int) -> list[int]:
    """The process and its children's children."""
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                found += tree(int(child))
    except FileNotFoundError:
        pass
    return found


def cpu_seconds(pid: int) -> float:
    """CPU time of a process, its threads and its children; threads that ended meanwhile are missed, so there should be none."""
    nanoseconds = 0
    for process in tree(pid):
        for task in os.listdir(f"/proc/{process}/task"):
            nanoseconds += int(Path(f"/proc/{process}/task/{task}/schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def status_kib(pid: int, name: str) -> int:
    return int(re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)[1])


class Bed:
    """A temporary folder and the processes started in it; both are gone when the bench ends, however it ends. They and their load share
    CORE, unless `one_core` is false: then the kernel places them."""

    def __init__(self, one_core: bool = True):
        self.one_core = one_core
        self._folder = tempfile.TemporaryDirectory(prefix="arint-bench-")
        self.folder = Path(self._folder.name)
        self.processes: list[subprocess.Popen] = []

    def __enter__(self) -> "Bed":
        return self

    def __exit__(self, *_) -> None:
        for process in reversed(self.processes):
            self.stop(process)
        self._folder.cleanup()

    def placed(self, command: list) -> list:
        return on_core(command) if self.one_core else [str(word) for word in command]

    def start(self, command: list) -> subprocess.Popen:
        log = open(self.folder / "processes.log", "ab")
        process = subprocess.Popen(self.placed(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        log.close()
        self.processes.append(process)
        return process

    def serve(self, command: list, port: int) -> subprocess.Popen:
        """Starts a server and waits, at most 20 s, until it accepts connections."""
        process = self.start(command)
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", port), 0.5).close()
                return process
            except OSError:
                if process.poll() is not None:
                    break
                time.sleep(0.05)
        stop_with(f"{command[0]} did not start: {(self.folder / 'processes.log').read_text()[-2000:]}")

    @staticmethod
    def stop(process: subprocess.Popen) -> None:
        children = tree(process.pid)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            for child in children:
                try:
                    os.kill(child, 9)
                except ProcessLookupError:
                    pass
            process.wait()

    def nginx(self, name: str, port: int, http: str, modules: list[str] = []) -> list:
        """Writes a configuration of one worker; `http` stands in its http block. `modules` are Debian's. Gives the command."""
        temporary = "".join(f"{part}_temp_path {self.folder}/{name}-{part}; " for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        file = self.folder / f"{name}.conf"
        loaded = "".join(f"load_module /usr/lib/nginx/modules/{module}.so;\n" for module in modules)
        file.write_text(f"{loaded}daemon off; {user} worker_processes 1; pid {self.folder}/{name}.pid; error_log {self.folder}/{name}.err;\n"
                        "events { worker_connections 4096; }\n"
                        f"http {{ keepalive_requests 100000000; keepalive_timeout 75; default_type application/json; {temporary}\n"
                        f"{http.replace('PORT', str(port))}\n}}\n")
        return [tool("nginx"), "-p", self.folder, "-c", file, "-e", self.folder / f"{name}.err"]

    def arint(self, name: str, port: int, parts: str, io: str = "auto") -> list:
        """Writes a project of one core; `parts` stands behind its node. Gives the command."""
        project = self.folder / name
        project.mkdir()
        (project / "arint.yaml").write_text(f'node: {{ listen: "127.0.0.1:{port}", admin: "127.0.0.1:{free_port()}", data: data, cores: 1, io: {io} }}\n{parts}')
        return [ARINT, "run", project]

    def haproxy(self, name: str, frontend: str, more: str = "", connections: int = 4096) -> list:
        """Writes a configuration of one thread without a log. Gives the command."""
        file = self.folder / f"{name}.cfg"
        file.write_text(f"global\n  nbthread 1\n  maxconn {connections}\ndefaults\n  mode http\n  timeout client 90s\n  timeout server 90s\n  timeout connect 5s\n"
                        f"frontend f\n{frontend}\n{more}")
        return [tool("haproxy"), "-db", "-f", file]

    def back_end(self, body: str) -> int:
        """An nginx that answers everything with `body`; gives its port."""
        port = free_port()
        self.serve(self.nginx("back", port, f"access_log off; server {{ listen 127.0.0.1:PORT; location / {{ return 200 '{body}'; }} }}"), port)
        return port


def post(port: int, path: str, body: str | bytes, headers: dict | None = None) -> tuple[int, dict, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def get(port: int, path: str) -> tuple[int, dict, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def until_it_answers(port: int, path: str, body: str) -> None:
    """Waits, at most 20 s, until the server answers other than 404 and 5xx: one that listens may still be loading."""
    for _ in range(200):
        try:
            status = post(port, path, body)[0]
            if status != 404 and status < 500:
                return
        except OSError:
            pass
        time.sleep(0.1)
    stop_with(f"nothing useful answers at port {port}")


@dataclass
class Load:
    requests: int
    rps: float
    p99_us: float


GET = "wrk.method = 'GET'\n"
POST_BODY = ("local body = io.open(os.getenv('BENCH_BODY')):read('*a')\n"
             "wrk.method = 'POST'\nwrk.body = body\nwrk.headers['Content-Type'] = 'application/json'\n")


def wrk(bed: Bed, port: int, path: str, body: str, connections: int, seconds: float, requests: str = POST_BODY, scheme: str = "http") -> Load:
    """POSTs `body` (or what the Lua of `requests` makes) over kept connections. Stops the bench when any answer is not 2xx or a
    connection fails."""
    script = bed.folder / "load.lua"
    script.write_text(requests +
                      "done = function(s, l) local e = s.errors; io.write(string.format('RESULT {\"requests\":%d,\"us\":%d,\"errors\":%d,"
                      "\"p99\":%f}\\n', s.requests, s.duration, e.connect + e.read + e.write + e.status + e.timeout, l:percentile(99))) end\n")
    (bed.folder / "load.json").write_text(body)
    command = bed.placed([tool("wrk"), "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", script, f"{scheme}://127.0.0.1:{port}{path}"])
    ran = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "BENCH_BODY": str(bed.folder / "load.json")})
    found = re.search(r"^RESULT (.*)$", ran.stdout, re.M)
    if not found:
        stop_with(f"wrk said: {ran.stdout}{ran.stderr}")
    result = json.loads(found[1])
    if result["errors"] or not result["requests"]:
        stop_with(f"{result['errors']} of {result['requests']} requests to port {port} failed: {ran.stdout}")
    return Load(result["requests"], result["requests"] / (result["us"] / 1e6), result["p99"])


@dataclass
class Cost:
    """Of one server, a figure a round."""
    us: list[float]  # CPU of the server's processes a request
    rps: list[float]
    requests: int


def costs(bed: Bed, processes: dict[str, subprocess.Popen], ports: dict[str, int], path: str, body: str, connections: int, rounds: int, seconds: float,
          **requests: str) -> dict[str, Cost]:
    """Loads each server in turn, `rounds` times; the order rotates, so that no server always follows the same one."""
    out = {name: Cost([], [], 0) for name in processes}
    names = list(processes)
    for turn in range(rounds):
        for name in names[turn % len(names):] + names[:turn % len(names)]:
            before = cpu_seconds(processes[name].pid)
            load = wrk(bed, ports[name], path, body, connections, seconds, **requests)
            out[name].us.append((cpu_seconds(processes[name].pid) - before) / load.requests * 1e6)
            out[name].rps.append(load.rps)
            out[name].requests += load.requests
    return out


def print_costs(costs: dict[str, Cost], title: str) -> None:
    for name, cost in costs.items():
        value(title, f"{name}-cpu", statistics.median(cost.us), "us/request")
        print(f"# {name}: us/request {spread(cost.us)}, requests/s {spread(cost.rps)}")


def print_ratios(costs: dict[str, Cost], title: str, us: str, peers: list[str], rps: bool = False) -> None:
    for peer in peers:
        pairs = [theirs / ours for theirs, ours in zip(costs[peer].us, costs[us].us)]
        print(f"# {us}, {peer}: cpu ratio by round {spread(pairs)}")
        ratio(title, peer, "cpu", statistics.median(pairs))
        if rps:
            ratio(title, peer, "rps", statistics.median(ours / theirs for theirs, ours in zip(costs[peer].rps, costs[us].rps)))


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} [{min(values):.2f}-{max(values):.2f}]"


def ratio(name: str, peer: str, metric: str, value: float) -> None:
    print(f"ratio {name} {peer} {metric} {value:.2f}", flush=True)


def value(name: str, what: str, number: float, unit: str) -> None:
    print(f"value {name} {what} {number:.2f} {unit}", flush=True)


def machine() -> str:
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    return f"# {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores {model[1] if model else ''}, {' '.join(sys.argv)}"
