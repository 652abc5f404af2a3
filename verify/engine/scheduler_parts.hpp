// The search: how its tree is cut into parts that can be explored apart.
//
// The tree is explored level by level from the root until a level has enough subtrees. They are
// dealt out in turn, and each part goes on with its own. What a thread's sleep set holds at the
// root of a subtree depends on the decisions above it only, so it is the same as in the whole
// search, whoever explores the subtrees before. An execution belongs to the part that has its
// subtree; those that end above the cut belong to the first.
#pragma once

#include "scheduler.hpp"

namespace rwl::verify {

template <int N>
bool scheduler<N>::belongs_to_this_part() const {
  return !put_aside_ && (!dealing_ || engine.config.part.index == 0);
}

// This subtree begins at or below the cut: leave it for later.
template <int N>
void scheduler<N>::put_aside() {
  aside_.push_back(path_);
  put_aside_ = true;
}

template <int N>
void scheduler<N>::subtree_was_cut() {
  if (--uncut_ > 0)
    return;
  const search_part& part = engine.config.part;
  if (aside_.size() < subtrees_for_each_part * part.of) {
    ++cut_;
    uncut_ = aside_.size();
    return;
  }
  dealing_ = false;
  const std::size_t all = aside_.size();
  for (std::size_t i = 0; i < all; ++i) {
    if (i % part.of == part.index)
      aside_.push_back(aside_.front());
    aside_.pop_front();
  }
}

} // namespace rwl::verify
