// Programs on which searches are compared: litmus tests, and sections of several locks.
#pragma once

#include "sections.hpp"

#include <rwl/rwlock.hpp>
#include <rwl/textbook/naive.hpp>
#include <rwl/textbook/reader_preferring.hpp>
#include <rwl/textbook/writer_preferring.hpp>

#include <vector>

namespace rwl::verify::test {

using naive = textbook::naive<sync>;
using reader_preferring = textbook::reader_preferring<sync, 3>;
using writer_preferring = textbook::writer_preferring<sync, 3>;
using phase_fair = basic_rwlock<strategy::phase_fair, sync>;
using fifo = basic_rwlock<strategy::fifo, sync>;
using throughput = basic_rwlock<strategy::throughput<2>, sync>;

// Keeps nobody out.
struct open_door {
  void lock() {}
  void unlock() {}
  void lock_shared() {}
  void unlock_shared() {}
};

struct memory : registers {
  sync::atomic<int> x{0}, y{0};
  sync::mutex a, b;
};

inline const script<memory> store_buffering{{[](memory& m) {
                                               m.x.store(1, relaxed);
                                               m.r[0] = m.y.load(relaxed);
                                             },
                                             [](memory& m) {
                                               m.y.store(1, relaxed);
                                               m.r[1] = m.x.load(relaxed);
                                             }}};
inline const script<memory> both_zero_refuted{
    store_buffering.threads, [](memory& m) { run::check(m.r[0] || m.r[1], "both saw 0"); }};
inline const script<memory> causality{{[](memory& m) { m.x.store(1, relaxed); },
                                       [](memory& m) {
                                         m.r[0] = m.x.load(relaxed);
                                         m.y.store(1, release);
                                       },
                                       [](memory& m) {
                                         m.r[1] = m.y.load(acquire);
                                         m.r[2] = m.x.load(relaxed);
                                       }}};
inline const script<memory> opposite_order{{[](memory& m) {
                                              sync::unique_lock first{m.a};
                                              sync::unique_lock second{m.b};
                                            },
                                            [](memory& m) {
                                              sync::unique_lock first{m.b};
                                              sync::unique_lock second{m.a};
                                            }}};
inline const script<memory> three_increments{
    {[](memory& m) { m.r[0] = m.x.fetch_add(1, relaxed); },
     [](memory& m) { m.r[1] = m.x.fetch_add(1, relaxed); },
     [](memory& m) { m.r[2] = m.x.fetch_add(1, relaxed); }}};

inline const script<memory> value_goes_and_comes_back{{[](memory& m) {
                                                         m.r[0] = sync::await(
                                                             m.x, [](int x) { return x > 0; },
                                                             relaxed);
                                                       },
                                                       [](memory& m) {
                                                         for (int value : {1, 0, 2})
                                                           m.x.store(value, relaxed);
                                                       }}};

struct named {
  const char* name;
  recipe program;
};

inline std::vector<named> small_programs() {
  return {{"store buffering", recipe_of(store_buffering)},
          {"store buffering, refuted", recipe_of(both_zero_refuted)},
          {"causality", recipe_of(causality)},
          {"mutexes in opposite order", recipe_of(opposite_order)},
          {"three increments", recipe_of(three_increments)},
          {"value goes and comes back", recipe_of(value_goes_and_comes_back)},
          {"open door 1W1R", sections_of<open_door>(one_writer_one_reader)},
          {"naive 1W1R", sections_of<naive>(one_writer_one_reader)},
          {"naive 2W", sections_of<naive>(two_writers)},
          {"reader preferring 1W1R", sections_of<reader_preferring>(one_writer_one_reader)},
          {"writer preferring 2W", sections_of<writer_preferring>(two_writers)},
          {"phase fair 1W1R", sections_of<phase_fair>(one_writer_one_reader)},
          {"phase fair 2R", sections_of<phase_fair>(two_readers)},
          {"fifo 2W", sections_of<fifo>(two_writers)}};
}

// Beyond the reach of a search without reduction.
inline std::vector<named> larger_programs() {
  return {{"open door 1W2R", sections_of<open_door>(one_writer_two_readers)},
          {"naive 1W2R", sections_of<naive>(one_writer_two_readers)},
          {"reader preferring 2W1R", sections_of<reader_preferring>(two_writers_one_reader)},
          {"writer preferring 1W2R", sections_of<writer_preferring>(one_writer_two_readers)},
          {"phase fair 1W2R", sections_of<phase_fair>(one_writer_two_readers)},
          {"phase fair 2W1R", sections_of<phase_fair>(two_writers_one_reader)},
          {"fifo 1W2R", sections_of<fifo>(one_writer_two_readers)},
          {"throughput 2W1R", sections_of<throughput>(two_writers_one_reader)}};
}

} // namespace rwl::verify::test
