// SPDX-License-Identifier: GPL-3.0-or-later
// Ancestry: finds, for each %, the step whose input it means. A % is a slot that travels outwards from where it stands, through filters
// and constructors, to the path around it, and there from step to step to the left, until `level` steps are behind it.
#pragma once
#include "mapping/parse/syntax.hpp"

namespace arint::mapping {

class Ancestry {
 public:
  explicit Ancestry(SyntaxPool& pool) : pool_(pool) {}

  ParentSlot* new_slot();
  // What `inner` still seeks, `outer` seeks too.
  void pass_on(Syntax* outer, Syntax* inner);
  // The filter of a step looks at the step's own result: one level less.
  void pass_through_filter(Syntax* step, Syntax* predicate);
  // The last step of the path may seek: look in the steps before it. What is not found is sought by the path.
  void resolve(Syntax* path);

 private:
  ParentSlot* seek(Syntax* node, ParentSlot* slot);
  SyntaxPool& pool_;
};

}  // namespace arint::mapping
