// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/catalog.hpp"

namespace arint::flow {

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all{
      call_verb(),  delay_verb(), delete_verb(), emit_verb(), fail_verb(),  for_each_verb(), forward_verb(), log_verb(), map_verb(), merge_verb(),
      notify_verb(), parallel_verb(), patch_verb(), pick_verb(), reply_verb(), route_verb(),    send_verb(),    set_verb(), try_verb(), validate_verb(),
      wait_for_verb(),
  };
  return all;
}

}  // namespace arint::flow
