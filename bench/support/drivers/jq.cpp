// SPDX-License-Identifier: GPL-3.0-or-later
// jq 1.6 as a library, so that no process is started for each evaluation.
extern "C" {
#include <jq.h>
#include <jv.h>
}
#include "driver.hpp"

namespace {

class Jq : public bench::Job {
 public:
  Jq(const std::string& program, std::string document) : bytes_(std::move(document)), state_(jq_init()) {
    if (!state_ || !jq_compile(state_, program.c_str())) throw std::runtime_error("jq does not compile " + program);
    tree_ = parsed();
  }
  ~Jq() override {
    jv_free(tree_);
    jq_teardown(&state_);
  }

  void run(const std::string& mode) override {
    bool from_bytes = mode == "bytes";
    jv result = evaluated(from_bytes ? parsed() : jv_copy(tree_));
    jv_free(from_bytes ? jv_dump_string(result, 0) : result);
  }
  std::string answer(const std::string&) override {
    jv text = jv_dump_string(evaluated(jv_copy(tree_)), 0);
    std::string out(jv_string_value(text), static_cast<std::size_t>(jv_string_length_bytes(jv_copy(text))));
    jv_free(text);
    return out;
  }

 private:
  jv parsed() const { return jv_parse_sized(bytes_.data(), static_cast<int>(bytes_.size())); }
  // The one result; programs of these benches have one.
  jv evaluated(jv input) {
    jq_start(state_, input, 0);
    jv result = jq_next(state_);
    if (!jv_is_valid(result)) throw std::runtime_error("jq gives no result");
    jv_free(jq_next(state_));
    return result;
  }

  std::string bytes_;
  jq_state* state_;
  jv tree_;
};

}  // namespace

int main() {
  return bench::serve([](const std::string& program, const std::string& document) { return std::make_unique<Jq>(program, document); });
}
