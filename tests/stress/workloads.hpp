// The table of workloads: what each lock is put through. All data is plain, so that only the lock
// keeps it whole, and the sanitizers see when it does not.
#pragma once

#include "harness.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <numeric>
#include <shared_mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace rwl::stress {

// One number kept several times, on cache lines of their own: a reader beside a writer finds some
// of them changed and some not.
class copies {
public:
  // Halfway it calls meanwhile().
  template <class F>
  void increment(F meanwhile) {
    ++lines_[0].value;
    meanwhile();
    for (std::size_t i = 1; i < lines_.size(); ++i)
      ++lines_[i].value;
  }
  bool whole() const {
    return std::ranges::all_of(lines_, [this](const line& l) { return l.value == value(); });
  }
  std::uint64_t value() const { return lines_[0].value; }

private:
  struct alignas(64) line {
    std::uint64_t value = 0;
  };
  std::array<line, 4> lines_;
};

template <class Lock>
std::shared_lock<Lock> read(Lock& m, bool wait) {
  return wait ? std::shared_lock(m) : std::shared_lock(m, std::try_to_lock);
}

template <class Lock>
std::unique_lock<Lock> write(Lock& m, bool wait) {
  return wait ? std::unique_lock(m) : std::unique_lock(m, std::try_to_lock);
}

template <class Lock>
void expect_free(trial& t, Lock& m) {
  t.expect(write(m, false).owns_lock(), "nobody is inside, but try_lock() fails");
  t.expect(read(m, false).owns_lock(), "nobody is inside, but try_lock_shared() fails");
}

inline void await(const std::atomic<int>& a, int least) {
  // Acquire: for the order of the test's own steps, with the stores of whoever is awaited.
  while (a.load(std::memory_order_acquire) < least)
    std::this_thread::yield();
}

// Readers find the number whole and never smaller than before, and in the end no increment is lost.
// Now and then somebody inside gives the processor away, so that the others come to wait.
template <class Lock, unsigned read_percent, int operations>
void count(trial& t, int threads) {
  Lock m;
  copies number;
  std::vector<std::uint64_t> increments(static_cast<std::size_t>(threads));
  t.together(threads, [&](int me) {
    std::minstd_rand random = t.random(me);
    std::uint64_t seen = 0;
    std::uint64_t mine = 0;
    const auto linger = [&random] {
      if (random() % 32 == 0)
        std::this_thread::yield();
    };
    for (int left = t.times(operations / threads); left > 0; --left) {
      const bool reads = random() % 100 < read_percent;
      const bool waits = random() % 4 != 0;
      if (reads) {
        if (const auto guard = read(m, waits)) {
          t.expect(number.whole(), "a reader finds a half-done write");
          linger();
          t.expect(number.value() >= seen, "a reader has lost a write that it has seen");
          seen = number.value();
        }
      } else if (const auto guard = write(m, waits)) {
        t.expect(number.whole(), "a writer finds a half-done write");
        number.increment(linger);
        ++mine;
      }
    }
    increments[static_cast<std::size_t>(me)] = mine;
  });
  const auto total = std::accumulate(increments.begin(), increments.end(), std::uint64_t{0});
  t.expect(number.whole() && number.value() == total, "increments are lost");
  expect_free(t, m);
}

template <class Lock, unsigned read_percent>
void counters(trial& t) {
  count<Lock, read_percent, 25'000>(t, team());
}

template <class Lock>
void oversubscribed(trial& t) {
  count<Lock, 80, 20'000>(t, crowd());
}

// Readers are inside together, all of them: none leaves before the last has come.
template <class Lock>
void readers_meet(trial& t) {
  Lock m;
  std::atomic<int> arrivals{0};
  const int readers = team();
  const int rounds = t.times(2'000);
  t.together(readers, [&](int) {
    for (int round = 1; round <= rounds; ++round) {
      const auto guard = read(m, round % 2 == 0);
      t.expect(guard.owns_lock(), "only readers are inside, but try_lock_shared() fails");
      arrivals.fetch_add(1, std::memory_order_release);
      await(arrivals, round * readers);
    }
  });
  expect_free(t, m);
}

// The same behind a writer: all readers that it kept out get in when it leaves. The writer comes
// again when they have met, and they when it is inside, so that no reader waits for two writers.
template <class Lock>
void readers_meet_after_writer(trial& t) {
  Lock m;
  copies number;
  std::atomic<int> writes{0};
  std::atomic<int> arrivals{0};
  const int readers = team();
  const int rounds = t.times(2'000);
  t.together(readers + 1, [&](int me) {
    for (int round = 1; round <= rounds; ++round) {
      if (me == 0) {
        {
          const auto guard = write(m, true);
          writes.store(round, std::memory_order_release);
          // Lets the readers come, who then wait.
          number.increment([] { std::this_thread::yield(); });
        }
        await(arrivals, round * readers);
      } else {
        await(writes, round);
        const auto guard = read(m, true);
        t.expect(number.value() == static_cast<unsigned>(round), "a reader has overtaken a writer");
        arrivals.fetch_add(1, std::memory_order_release);
        await(arrivals, round * readers);
      }
    }
  });
  expect_free(t, m);
}

// Whoever leaves last destroys the lock at once, while the other unlocks may still be returning.
// Some users leave as readers, so the last of them must write to know that the others are out.
template <class Lock>
void teardown(trial& t) {
  struct object {
    explicit object(int n) : users(n) {}
    Lock m;
    std::atomic<int> users;
    int visits = 0;
  };
  const int users = team();
  object* shared = nullptr;
  std::barrier line(users, [&]() noexcept { shared = new object(users); });
  t.together(users, [&](int me) {
    std::minstd_rand random = t.random(me);
    for (int left = t.times(2'000); left > 0; --left) {
      line.arrive_and_wait();
      object& o = *shared;
      // Relaxed: the lock alone must order all visits before the end.
      const auto leave = [&o] { return o.users.fetch_sub(1, std::memory_order_relaxed) == 1; };
      bool last = false;
      if (random() % 2 == 0) {
        const auto guard = read(o.m, true);
        t.expect(o.visits < users, "a reader finds too many visits");
        last = leave();
      } else {
        const auto guard = write(o.m, true);
        ++o.visits;
        last = leave();
      }
      if (last) {
        write(o.m, true);
        delete &o;
      }
    }
  });
}

// Money moves between accounts, each with a lock of its own, and none gets lost. std::lock must
// neither deadlock nor let anybody see a transfer half-done.
template <class Lock>
void several_locks(trial& t) {
  struct account {
    Lock m;
    int balance = 100;
  };
  account a, b, c;
  account* const accounts[] = {&a, &b, &c};
  const auto total = [&] { return a.balance + b.balance + c.balance; };
  t.together(team(), [&](int me) {
    std::minstd_rand random = t.random(me);
    for (int left = t.times(5'000); left > 0; --left) {
      const auto first = random() % 3;
      account& x = *accounts[first];
      account& y = *accounts[(first + 1) % 3];
      account& z = *accounts[(first + 2) % 3];
      if (random() % 2 == 0) {
        std::shared_lock rx(x.m, std::defer_lock);
        std::shared_lock ry(y.m, std::defer_lock);
        std::shared_lock rz(z.m, std::defer_lock);
        std::lock(rx, ry, rz);
        t.expect(total() == 300, "a reader of all accounts finds money missing");
      } else if (random() % 2 == 0) {
        const std::scoped_lock two(x.m, y.m);
        --x.balance;
        ++y.balance;
      } else {
        const std::scoped_lock all(z.m, y.m, x.m);
        t.expect(total() == 300, "a writer of all accounts finds money missing");
        std::swap(x.balance, z.balance);
      }
    }
  });
  t.expect(total() == 300, "money is lost");
}

// Writers take turns, and wait for theirs; readers wait for news of any turn.
template <class Lock>
void condition(trial& t) {
  Lock m;
  std::condition_variable_any changed;
  int turn = 0;
  const int writers = team() / 2;
  const int last = t.times(2'000) * writers;
  t.together(team(), [&](int me) {
    int seen = 0;
    while (seen < last) {
      if (me < writers) {
        std::unique_lock guard(m);
        changed.wait(guard, [&] { return turn % writers == me || turn == last; });
        if (turn < last)
          ++turn;
        seen = turn;
      } else {
        std::shared_lock guard(m);
        changed.wait(guard, [&] { return turn != seen; });
        t.expect(turn > seen, "a reader has lost a turn that it has seen");
        seen = turn;
      }
      changed.notify_all();
    }
  });
  expect_free(t, m);
}

struct workload {
  const char* name;
  void (*run)(trial&);
};

template <class Lock>
inline constexpr workload workloads[] = {
    {"counters/100", counters<Lock, 100>},
    {"counters/95", counters<Lock, 95>},
    {"counters/80", counters<Lock, 80>},
    {"counters/50", counters<Lock, 50>},
    {"counters/0", counters<Lock, 0>},
    {"oversubscribed", oversubscribed<Lock>},
    {"readers_meet", readers_meet<Lock>},
    {"readers_meet_after_writer", readers_meet_after_writer<Lock>},
    {"teardown", teardown<Lock>},
    {"several_locks", several_locks<Lock>},
    {"condition", condition<Lock>},
};

// Adds a row of the table: for use with for_each_..._lock.
inline auto all_workloads(std::vector<test>& tests) {
  return [&tests]<class Lock>(std::type_identity<Lock>, const std::string& lock) {
    for (const workload& w : workloads<Lock>)
      tests.push_back({lock + '/' + w.name, w.run});
  };
}

} // namespace rwl::stress
