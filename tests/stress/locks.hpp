// The table of locks for stress tests and benchmarks: a lock is entered here once.
#pragma once

#include "harness.hpp"

#include <rwl/checked.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>
#include <rwl/textbook/alternating.hpp>
#include <rwl/textbook/naive.hpp>
#include <rwl/textbook/reader_preferring.hpp>
#include <rwl/textbook/reentrant.hpp>
#include <rwl/textbook/writer_preferring.hpp>

#include <type_traits>

namespace rwl::stress {

// visit(std::type_identity<Lock>, name) for each lock.
template <class Visit>
void for_each_production_lock(Visit visit) {
  visit(std::type_identity<reader_preferring_rwlock>{}, "reader_preferring");
  visit(std::type_identity<writer_preferring_rwlock>{}, "writer_preferring");
  visit(std::type_identity<phase_fair_rwlock>{}, "phase_fair");
  visit(std::type_identity<fifo_rwlock>{}, "fifo");
  visit(std::type_identity<rwlock>{}, "throughput");
}

// Those above with parameters that nobody would choose, but under which what is rare happens often:
// here, that the bound of barging is reached.
template <class Visit>
void for_each_strained_lock(Visit visit) {
  visit(std::type_identity<throughput_rwlock<2>>{}, "throughput<2>");
}

// Those that know their owners.
template <class Visit>
void for_each_owned_lock(Visit visit) {
  visit(std::type_identity<reentrant<rwlock>>{}, "reentrant<throughput>");
  visit(std::type_identity<checked<fifo_rwlock>>{}, "checked<fifo>");
  visit(std::type_identity<checked<reentrant<phase_fair_rwlock>>>{},
        "checked<reentrant<phase_fair>>");
}

template <class Visit>
void for_each_textbook_lock(Visit visit) {
  visit(std::type_identity<textbook::naive<>>{}, "textbook::naive");
  visit(std::type_identity<textbook::reader_preferring<>>{}, "textbook::reader_preferring");
  visit(std::type_identity<textbook::writer_preferring<>>{}, "textbook::writer_preferring");
  visit(std::type_identity<textbook::alternating<>>{}, "textbook::alternating");
  visit(std::type_identity<textbook::reentrant<std_sync, max_crowd>>{}, "textbook::reentrant");
}

} // namespace rwl::stress
