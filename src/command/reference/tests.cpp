// SPDX-License-Identifier: GPL-3.0-or-later
// The page of tests, from the declarations `arint test` reads them by.
#include "command/reference/reference.hpp"
#include "command/trial/tests.hpp"
#include "declare/readers/docs.hpp"

namespace arint::command::reference {

std::string tests() {
  std::string out = R"(# Tests

What stands in `NAME.test.yaml` of a project; `arint test` runs it. The project's own engine runs on a simulated clock, nothing listens, and the
systems behind the outgoings are played by scripts. A test that takes a day on that clock takes milliseconds.

```yaml
tests:
  - name: a big order waits for approval, and the ERP never sees it
    send: { channel: orders, body: { id: 7, total: 12000 } }
    reply: { status: 202 }
    expect:
      approvals: [ { id: 7, total: 12000 } ]
      erp: []

  - name: a dead ERP delays, never loses
    peers: { erp: unreachable 2 times }
    send: { channel: orders, body: { id: 8, total: 50 } }
    reply: 202
    after: 30s
    expect:
      erp: [ { id: 8, total: 50 } ]
      metric: { 'arint_outgoing_faults_total{outgoing="erp",fault="unreachable"}': 2 }
      log: [ { action: settled, outcome: ok } ]
```

**What is expected is a pattern**: members that are written must be there with that value, others are not looked at (`exact: true`: they must not be
there). `null` also fits a member that is not there. Lists have the same length. A text that begins with `~ ` is a regular expression.

**What an outgoing received** is a list of its calls since they were last looked at. An item is about the body, of a database about the parameters;
one that has only words of a call is about the whole call: `method`, `path`, `query`, `headers`, `body`; `sql`, `params`, `statements`; `name`, `body`. A peer
that is unreachable has received nothing.

**Tests of a file channel** send the content with a header `file-name`; a timer channel comes when its time is there, or at once when something is sent to it.

)";
  for (auto [title, shape] : trial::shapes()) {
    shape.name = title;
    out += declare::docs_page(shape, 2);
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace arint::command::reference
