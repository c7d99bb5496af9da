# SPDX-License-Identifier: GPL-3.0-or-later
"""`timer` channels of a running node: by the clock, over a reload, by hand, and what `check` says. Hours and dates: schedule_test.cpp and tests
with a simulated clock (tests/command/test_test.py, examples/nightly-report)."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, arint, until  # noqa: E402

SLOW = 'services: { note: [ log: { text: "tick {count}" }, delay: %s ] }\n'


class Timer(unittest.TestCase):
    def ticks(self, node: Node, count: int = 1) -> list[str]:
        return [line["text"] for line in node.log_soon(count, action="logged", channel="t")]

    def test_every_so_often_and_so_many_times(self):
        node = Node(self, yaml="channels: { t: { timer: { every: 50ms, times: 4, at_start: true }, service: note } }\n" + SLOW % "1ms", cores=2)
        self.assertEqual(self.ticks(node, 4), ["tick 1", "tick 2", "tick 3", "tick 4"])
        before = node.metrics()['arint_channel_received_total{channel="t"}']
        self.assertEqual(arint("send", "t", "--project", node.folder).returncode, 0)
        self.assertEqual(node.metrics()['arint_channel_received_total{channel="t"}'], before + 1)

    def test_none_begins_while_the_one_before_runs(self):
        node = Node(self, yaml="channels: { t: { timer: { every: 20ms }, service: note } }\n" + SLOW % "300ms")
        until(lambda: node.metrics()['arint_timer_skipped_total{channel="t"}'] > 10, "some are left out")
        metrics = node.metrics()
        self.assertLessEqual(metrics['arint_channel_in_flight{channel="t"}'], 1)
        node.rewrite("channels: { t: { timer: { every: 20ms, overlap: true }, service: note } }\n" + SLOW % "300ms")
        self.assertEqual(arint("reload", node.folder).returncode, 0)
        until(lambda: node.metrics()['arint_channel_in_flight{channel="t"}'] > 3, "several at once")

    def test_a_reload_neither_leaves_out_nor_repeats_one(self):
        yaml = "channels: { t: { timer: { every: 30ms }, service: note } }\n" + SLOW % "1ms"
        node = Node(self, yaml=yaml)
        for i in range(5):
            self.ticks(node, 3 * (i + 1))
            node.rewrite(yaml + f"config: {{ version: {i} }}\n")
            self.assertEqual(arint("reload", node.folder).returncode, 0)
        numbers = [int(text.split()[1]) for text in self.ticks(node, 20)]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

    def test_a_durable_timer(self):
        node = Node(self, yaml="channels: { t: { timer: { every: 50ms, times: 3 }, durable: true, service: note } }\nservices: { note: [ log: \"tick {count}\" ] }\n")
        self.assertEqual(sorted(self.ticks(node, 3)), ["tick 1", "tick 2", "tick 3"])

    def test_stopping_does_not_wait_for_the_next(self):
        node = Node(self, yaml="channels: { t: { timer: { every: 24h }, service: note }, c: { timer: { cron: \"0 0 1 1 *\" }, service: note } }\n" + SLOW % "1ms")
        self.assertEqual(node.stop(), 0)


class Check(unittest.TestCase):
    def test_wrong_schedules_have_their_place(self):
        with tempfile.TemporaryDirectory(prefix="arint-timer-") as folder:
            (Path(folder) / "arint.yaml").write_text(
                "channels:\n  a: { timer: { cron: \"0 0 31 2 *\" }, service: s }\n  b: { timer: { cron: \"61 * * * *\" }, service: s }\n"
                "  c: { timer: { every: 5m, zone: Europe/Berlim }, service: s }\n  d: { timer: { at: tomorrow }, service: s }\n  e: { timer: { every: 5m, cron: \"* * * * *\" }, service: s }\n"
                "  f: { timer: { at: \"2026-01-01\", times: 3 }, service: s }\n  g: { timer: { every: 5m }, forward: o }\n  h: { timer: { cron: \"@daily\", at_start: true }, service: s }\n"
                "services: { s: [ log: { text: x } ] }\noutgoing: { o: { http: { url: \"http://127.0.0.1:1\" } } }\n")
            done = arint("check", folder)
            self.assertEqual(done.returncode, 2)
            for place, words in (("2", "never comes"), ("3", "the minute is 0 to 59"), ("4", "no time zone"), ("5", "no time; write"), ("6", "every.*cron|cron.*every"), ("7", "once"),
                                 ("8", "nothing to forward"), ("9", "at_start")):
                self.assertRegex(done.stderr, rf"(?m)^arint\.yaml:{place}:\d+: .*({words})")


if __name__ == "__main__":
    unittest.main()
