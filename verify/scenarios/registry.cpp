// The one place where a lock is registered: it gets a row in the matrix and every check that its
// operations allow.
#include "exhibits.hpp"
#include "plan.hpp"

#include <rwl/rwlock.hpp>
#include <rwl/textbook/alternating.hpp>
#include <rwl/textbook/naive.hpp>
#include <rwl/textbook/reader_preferring.hpp>
#include <rwl/textbook/reentrant.hpp>
#include <rwl/textbook/writer_preferring.hpp>

namespace rwl::verify {

namespace {

// Of the textbook locks' ticket circles and owner tables: small enough to keep the states of
// endless programs finite.
constexpr unsigned line_length = thread_limit;

template <class Strategy>
using production = basic_rwlock<Strategy, explorer_sync>;

std::vector<lock_entry> entries() {
  constexpr rules unspecified{};
  const auto follows = [](strategy s) { return rules{true, s}; };
  constexpr int bypass_bound = 2;
  constexpr rules bounded_barging{true, strategy::throughput, bypass_bound};
  return {
      {"reader_preferring", "rwl", "readers never wait for a waiting writer",
       follows(strategy::reader_preferring), true,
       programs_of<production<rwl::strategy::reader_preferring>>()},
      {"writer_preferring", "rwl", "no reader enters while a writer waits",
       follows(strategy::writer_preferring), true,
       programs_of<production<rwl::strategy::writer_preferring>>()},
      {"phase_fair", "rwl", "readers and writers take turns", follows(strategy::phase_fair), true,
       programs_of<production<rwl::strategy::phase_fair>>()},
      {"fifo", "rwl", "first come first served, runs of readers share", follows(strategy::fifo),
       true, programs_of<production<rwl::strategy::fifo>>()},
      {"throughput", "rwl", "whoever runs goes first, but nobody is overtaken more than twice",
       bounded_barging, true, programs_of<production<rwl::strategy::throughput<bypass_bound>>>()},
      {"textbook_naive", "textbook", "a monitor with no preference", unspecified, true,
       programs_of<textbook::naive<explorer_sync>>()},
      {"textbook_reader_preferring", "textbook", "a monitor that prefers readers",
       follows(strategy::reader_preferring), true,
       programs_of<textbook::reader_preferring<explorer_sync, line_length>>()},
      {"textbook_writer_preferring", "textbook", "a monitor that prefers writers",
       follows(strategy::writer_preferring), true,
       programs_of<textbook::writer_preferring<explorer_sync, line_length>>()},
      {"textbook_alternating", "textbook", "phases that late readers may join", unspecified, true,
       programs_of<textbook::alternating<explorer_sync>>()},
      {"textbook_reentrant", "textbook", "writer preference, with counts for each thread",
       follows(strategy::writer_preferring), true,
       programs_of<textbook::reentrant<explorer_sync, line_length>>()},
      {"mutex", "exhibit", "a plain mutex behind the interface", unspecified, false,
       programs_of<mutex_behind_interface<explorer_sync>>()},
  };
}

} // namespace

const std::vector<lock_info>& registered_locks() {
  static const std::vector<lock_info> all = [] {
    std::vector<lock_info> infos;
    for (const lock_entry& e : entries())
      infos.push_back(plan(e));
    return infos;
  }();
  return all;
}

} // namespace rwl::verify
