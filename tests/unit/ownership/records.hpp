// How many locks the records of this thread name as held: Held is ownership::holding for those of
// reentrant<>, ownership::named_holding for those of checked<>.
#pragma once

#include <rwl/ownership/holdings.hpp>
#include <rwl/sync/std_sync.hpp>

#include <cstddef>

namespace rwl::test {

template <class Held>
std::size_t held_by_this_thread() {
  return std_sync::tls<ownership::holdings<Held>>::get().size();
}

} // namespace rwl::test
