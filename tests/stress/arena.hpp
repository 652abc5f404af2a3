// What a crowd visits: locks that are destroyed as soon as their last visitor has unlocked them.
#pragma once

#include "customer.hpp"
#include "tokens.hpp"
#include "walk.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace rwl::stress {

// Locks of one kind, one after another; each for a number of visits that is set when it is built.
class arena {
public:
  arena(std::string name, unsigned seed) : name(std::move(name)), checks(1, seed) {}
  virtual ~arena() = default;

  // Some walks through the newest of the locks. The last visitor of a lock destroys it. The counter
  // grows by one with each walk.
  virtual tally visit(std::uint32_t seed, std::atomic<std::uint64_t>& walks) = 0;
  // When all visits are over: the newest lock may have expected more of them.
  virtual void close() = 0;
  // The locks that there are, and who waits for them. For use when all is lost: it may take a turn
  // at a lock that never comes.
  virtual void describe(std::ostream&) = 0;
  virtual int destroyed() const = 0;

  const std::string name;
  trial checks;
};

template <class Lock>
class arena_of : public arena {
public:
  arena_of(std::string name, unsigned seed, stop_board& stops)
      : arena(std::move(name), seed), stops_(stops) {}

  tally visit(std::uint32_t seed, std::atomic<std::uint64_t>& walks) override {
    object& o = next();
    std::minstd_rand random(seed);
    walker<Lock> w(checks, o.here, stops_, {10, 30, 30});
    customer<Lock> c(checks, o.here.m, o.all);
    for (int left = walks_per_visit; left > 0; --left) {
      const auto dice = static_cast<std::uint32_t>(random());
      if (dice % 3 != 0)
        w.walk(dice);
      else
        w.walk(dice, [&](bool writes, const request& r) { c.rest(writes, r, dice / 3); });
      c.notify();
      walks.fetch_add(1, std::memory_order_relaxed); // relaxed: only counts
    }
    c.leave();
    tally done = c.done();
    bool last = false;
    w.walk_out(seed, [&] {
      done += w.done();
      // Relaxed: the lock alone must order all visits before its end.
      o.writes.fetch_add(w.done().writes, std::memory_order_relaxed);
      o.looks.fetch_add(w.done().looks, std::memory_order_relaxed);
      last = o.visits_due.fetch_sub(1, std::memory_order_relaxed) == 1;
    });
    if (last)
      destroy(o, seed % 2 == 0);
    return done;
  }

  void close() override {
    if (tickets_ > 0)
      destroy(*newest_, true);
    checks.expect(standing_.empty(), "a lock is left whose visitors have all gone");
  }

  void describe(std::ostream& out) override {
    const std::lock_guard guard(mutex_);
    for (const auto& o : standing_) {
      out << name << ": " << o->here.m << ", visits due: " << o->visits_due << ", ";
      o->all.describe(out);
      out << std::endl;
    }
    for (const auto& o : standing_) {
      out << name << ": " << o->here.m << ", waiting readers: " << o->here.m.waiting_readers();
      out << ", waiting writers: " << o->here.m.waiting_writers() << std::endl;
    }
  }

  int destroyed() const override { return destroyed_; }

private:
  static constexpr int walks_per_visit = 8;

  struct object {
    object(int visits, bool unlimited) : all(unlimited), visits_due(visits) {}
    place<Lock> here;
    tokens all;
    std::atomic<int> visits_due;
    std::atomic<std::uint64_t> writes{0};
    std::atomic<std::uint64_t> looks{0};
  };

  object& next() {
    const std::lock_guard guard(mutex_);
    if (tickets_ == 0) {
      tickets_ = 1 + 37 * built_ % 100; // few and many by turns
      newest_ = standing_.emplace_back(std::make_unique<object>(tickets_, built_ % 4 == 0)).get();
      ++built_;
    }
    --tickets_;
    return *newest_;
  }

  // Some are looked at when they are free, the others are gone in that very moment.
  void destroy(object& o, bool look) {
    o.here.m.lock();
    checks.expect(o.here.number.whole() && o.here.number.value() == o.writes, "writes are lost");
    checks.expect(o.here.looks == o.looks, "turns in the upgradeable mode are lost");
    o.all.expect_exact(checks);
    const std::unique_ptr<object> owned = take_out(o);
    o.here.m.unlock();
    if (look) {
      expect_idle(checks, o.here.m);
      expect_free(checks, o.here.m);
    }
  }

  std::unique_ptr<object> take_out(object& o) {
    const std::lock_guard guard(mutex_);
    ++destroyed_;
    const auto at = std::ranges::find(standing_, &o, [](const auto& p) { return p.get(); });
    std::unique_ptr<object> found = std::move(*at);
    standing_.erase(at);
    return found;
  }

  stop_board& stops_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<object>> standing_;
  object* newest_ = nullptr;
  int tickets_ = 0; // for the newest
  int built_ = 0;
  int destroyed_ = 0;
};

} // namespace rwl::stress
