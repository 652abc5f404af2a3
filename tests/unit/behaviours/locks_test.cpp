// The table of locks: a lock is entered here once, with what it promises, and shows every behaviour
// of which it offers the features.
#include "erased.hpp"
#include "table.hpp"
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

#include <initializer_list>
#include <memory>
#include <mutex>

namespace rwl::test {
namespace {

constexpr promises readers_first{.next = order::readers, .barging = unbounded};
constexpr promises writers_first{.next = order::writers};
constexpr promises by_phases{.next = order::phases};
constexpr promises by_arrival{.next = order::arrival};
constexpr promises barging_past(unsigned k) { return {.next = order::arrival, .barging = k}; }

constexpr promises nested(promises p) {
  p.nests = p.checks_owner = true;
  return p;
}
constexpr promises owned(promises p) {
  p.checks_owner = true;
  return p;
}

template <class Lock>
entry lock(const char* name, const promises& p = {}) {
  return {name, erased<Lock>::offered(p), [p] { return std::make_unique<erased<Lock>>(p); }};
}

struct locks {
  locks(std::initializer_list<entry> entries) { all_locks().insert(all_locks().end(), entries); }
};

// Each strategy by itself and below the adaptors.
const locks table{
    lock<reader_preferring_rwlock>("reader_preferring_rwlock", readers_first),
    lock<writer_preferring_rwlock>("writer_preferring_rwlock", writers_first),
    lock<phase_fair_rwlock>("phase_fair_rwlock", by_phases),
    lock<fifo_rwlock>("fifo_rwlock", by_arrival),
    lock<rwlock>("rwlock", barging_past(16384)),
    lock<reentrant<reader_preferring_rwlock>>("reentrant<reader_preferring>",
                                              nested(readers_first)),
    lock<reentrant<writer_preferring_rwlock>>("reentrant<writer_preferring>",
                                              nested(writers_first)),
    lock<reentrant<phase_fair_rwlock>>("reentrant<phase_fair>", nested(by_phases)),
    lock<reentrant<fifo_rwlock>>("reentrant<fifo>", nested(by_arrival)),
    lock<reentrant<throughput_rwlock<8>>>("reentrant<throughput<8>>", nested(barging_past(8))),
    lock<checked<fifo_rwlock>>("checked<fifo_rwlock>", owned(by_arrival)),
    lock<checked<throughput_rwlock<8>>>("checked<throughput<8>>", owned(barging_past(8))),
    lock<checked<reentrant<phase_fair_rwlock>>>("checked<reentrant<phase_fair>>",
                                                nested(by_phases)),
    lock<checked<reentrant<rwlock>>>("checked<reentrant<rwlock>>", nested(barging_past(16384))),
    lock<exclusive_adapter<timed_mutex>>("exclusive_adapter<timed_mutex>",
                                         {.readers_share = false}),
    lock<exclusive_adapter<std::recursive_mutex>>("exclusive_adapter<std::recursive_mutex>",
                                                  {.readers_share = false, .nests = true}),
    lock<textbook::naive<watched_sync>>("textbook::naive"),
    lock<textbook::reader_preferring<watched_sync>>("textbook::reader_preferring", readers_first),
    lock<textbook::writer_preferring<watched_sync>>("textbook::writer_preferring", writers_first),
    lock<textbook::alternating<watched_sync>>("textbook::alternating"),
    lock<textbook::reentrant<watched_sync, 256>>("textbook::reentrant", nested(writers_first)),
};

} // namespace
} // namespace rwl::test
