// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/metrics.hpp"

namespace arint::store {

void show_metrics(log::Generation& page, const Store& store) {
  using Get = double (*)(const Status&);
  const auto reads = [&store](Get get) { return [&store, get] { return get(store.status()); }; };
  const auto counter = [&](const char* name, const char* help, Get get) { page.counter({name, help}, {}, reads(get)); };
  const auto gauge = [&](const char* name, const char* help, Get get) { page.gauge({name, help}, {}, reads(get)); };
  counter("arint_store_commits_total", "Commits of the store; each makes all that arrived during the one before durable.",
          [](const Status& status) { return static_cast<double>(status.commits); });
  counter("arint_store_writes_total", "Writes in those commits; divided by the commits: how large a batch is.",
          [](const Status& status) { return static_cast<double>(status.writes); });
  counter("arint_store_journaled_total", "Messages that were accepted in the journal in front of the tables.",
          [](const Status& status) { return static_cast<double>(status.journaled); });
  counter("arint_store_syncs_total", "Times the store had the disk sync a file.", [](const Status& status) { return static_cast<double>(status.syncs); });
  counter("arint_store_refused_total", "Writes refused because the disk is full, failed or behind.",
          [](const Status& status) { return static_cast<double>(status.refused); });
  counter("arint_store_checkpoints_total", "Times the write-ahead log was emptied.",
          [](const Status& status) { return static_cast<double>(status.checkpoints); });
  gauge("arint_store_unresolved", "Accepted messages that are waiting, running, retrying, held or dead.",
        [](const Status& status) { return static_cast<double>(status.unresolved); });
  gauge("arint_store_queued", "Writes that wait for the next commit.", [](const Status& status) { return static_cast<double>(status.queued); });
  gauge("arint_store_wal_bytes", "Bytes in the write-ahead log.", [](const Status& status) { return static_cast<double>(status.wal_bytes); });
  gauge("arint_store_file_bytes", "Size of the store's file.", [](const Status& status) { return static_cast<double>(status.file_bytes); });
  gauge("arint_store_free_disk_bytes", "Free room on the store's disk.", [](const Status& status) { return static_cast<double>(status.free_disk_bytes); });
  gauge("arint_store_accepting", "1 while the store takes messages.", [](const Status& status) { return status.accepting ? 1.0 : 0.0; });
}

}  // namespace arint::store
