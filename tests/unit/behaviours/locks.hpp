// The table of locks: a lock is entered here once, with what it promises, and shows every behaviour
// of which it offers the features.
#pragma once

#include "promises.hpp"
#include "tests/unit/textbook/watched.hpp"
#include "tests/unit/timed_mutex.hpp"

#include <rwl/checked.hpp>
#include <rwl/exclusive_adapter.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>
#include <rwl/textbook/alternating.hpp>
#include <rwl/textbook/naive.hpp>
#include <rwl/textbook/reader_preferring.hpp>
#include <rwl/textbook/reentrant.hpp>
#include <rwl/textbook/writer_preferring.hpp>

#include <mutex>

namespace rwl::test {

// The textbook locks do not tell who waits; their ghosts do.
using textbook::test::watched_sync;
using textbook_naive = textbook::naive<watched_sync>;
using textbook_reader_preferring = textbook::reader_preferring<watched_sync>;
using textbook_writer_preferring = textbook::writer_preferring<watched_sync>;
using textbook_alternating = textbook::alternating<watched_sync>;
using textbook_reentrant = textbook::reentrant<watched_sync, 256>;

using adapted_mutex = exclusive_adapter<timed_mutex>;
using adapted_recursive_mutex = exclusive_adapter<std::recursive_mutex>;

// visit.operator()<Lock>(name) for each lock; each strategy is there by itself and below an
// adaptor.
template <class Visit>
void for_each_lock(Visit visit) {
  visit.template operator()<reader_preferring_rwlock>("reader_preferring_rwlock");
  visit.template operator()<writer_preferring_rwlock>("writer_preferring_rwlock");
  visit.template operator()<phase_fair_rwlock>("phase_fair_rwlock");
  visit.template operator()<fifo_rwlock>("fifo_rwlock");
  visit.template operator()<rwlock>("rwlock");
  visit.template operator()<reentrant<reader_preferring_rwlock>>("reentrant<reader_preferring>");
  visit.template operator()<reentrant<writer_preferring_rwlock>>("reentrant<writer_preferring>");
  visit.template operator()<reentrant<throughput_rwlock<8>>>("reentrant<throughput<8>>");
  visit.template operator()<checked<fifo_rwlock>>("checked<fifo_rwlock>");
  visit.template operator()<checked<throughput_rwlock<8>>>("checked<throughput<8>>");
  visit.template operator()<checked<reentrant<phase_fair_rwlock>>>(
      "checked<reentrant<phase_fair>>");
  visit.template operator()<adapted_mutex>("exclusive_adapter<timed_mutex>");
  visit.template operator()<adapted_recursive_mutex>("exclusive_adapter<std::recursive_mutex>");
  visit.template operator()<textbook_naive>("textbook::naive");
  visit.template operator()<textbook_reader_preferring>("textbook::reader_preferring");
  visit.template operator()<textbook_writer_preferring>("textbook::writer_preferring");
  visit.template operator()<textbook_alternating>("textbook::alternating");
  visit.template operator()<textbook_reentrant>("textbook::reentrant");
}

template <>
inline constexpr promises promised<reader_preferring_rwlock>{.next = order::readers,
                                                             .barging = unbounded};
template <>
inline constexpr promises promised<writer_preferring_rwlock>{.next = order::writers};
template <>
inline constexpr promises promised<phase_fair_rwlock>{.next = order::phases};
template <>
inline constexpr promises promised<fifo_rwlock>{.next = order::arrival};
template <unsigned K>
inline constexpr promises promised<throughput_rwlock<K>>{.next = order::arrival, .barging = K};
template <class Lock>
inline constexpr promises promised<reentrant<Lock>> = [] {
  promises own = promised<Lock>;
  own.nests = own.checks_owner = true;
  return own;
}();
template <class Lock>
inline constexpr promises promised<checked<Lock>> = [] {
  promises own = promised<Lock>;
  own.checks_owner = true;
  return own;
}();
template <>
inline constexpr promises promised<adapted_mutex>{.readers_share = false};
template <>
inline constexpr promises promised<adapted_recursive_mutex>{.readers_share = false, .nests = true};
template <>
inline constexpr promises promised<textbook_reader_preferring>{.next = order::readers,
                                                               .barging = unbounded};
template <>
inline constexpr promises promised<textbook_writer_preferring>{.next = order::writers};
template <>
inline constexpr promises promised<textbook_reentrant>{
    .next = order::writers, .nests = true, .checks_owner = true};

} // namespace rwl::test
