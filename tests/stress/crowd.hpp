// What a crowd visits: locks that are destroyed as soon as their last visitor has unlocked them.
#pragma once

#include "walk.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <vector>

namespace rwl::stress {

// Locks of one kind, one after another; each for a number of visits that is set when it is built.
class arena {
public:
  virtual ~arena() = default;
  // Some walks through the newest of the locks. The last visitor of a lock destroys it.
  virtual tally visit(std::uint32_t seed) = 0;
  // When all visits are over: the last lock, which may have expected more of them.
  virtual void close() = 0;
  // The locks that there are, and who waits for them.
  virtual void describe(std::ostream&) = 0;
  virtual int destroyed() const = 0;
};

template <class Lock>
class arena_of : public arena {
public:
  static constexpr int walks_per_visit = 8;

  arena_of(trial& t, stop_board& stops, std::string name)
      : trial_(t), stops_(stops), name_(std::move(name)) {}

  tally visit(std::uint32_t seed) override {
    object& o = next();
    walker<Lock> w(trial_, o, stops_, {10, 30, 30});
    for (int i = 0; i < walks_per_visit; ++i)
      w.walk(seed + static_cast<unsigned>(i));
    bool last = false;
    w.walk_out(seed, [&] {
      // Relaxed: the lock alone must order all visits before its end.
      o.writes.fetch_add(w.done().writes, std::memory_order_relaxed);
      o.looks.fetch_add(w.done().looks, std::memory_order_relaxed);
      last = o.visits_due.fetch_sub(1, std::memory_order_relaxed) == 1;
    });
    if (last)
      demolish(o, seed % 2 == 0);
    return w.done();
  }

  void close() override {
    if (tickets_ > 0)
      demolish(*newest_, true);
    trial_.expect(standing_.empty(), "a lock is left whose visitors have all gone");
  }

  void describe(std::ostream& out) override {
    const std::lock_guard guard(mutex_);
    for (const auto& o : standing_) {
      out << name_ << ": " << o->m << ", visits due: " << o->visits_due.load() << std::flush;
      out << ", waiting readers: " << o->m.waiting_readers() << std::flush;
      out << ", waiting writers: " << o->m.waiting_writers() << std::endl;
    }
  }

  int destroyed() const override { return destroyed_; }

private:
  struct object : place<Lock> {
    explicit object(int visits) : visits_due(visits) {}
    std::atomic<int> visits_due;
    std::atomic<std::uint64_t> writes{0};
    std::atomic<std::uint64_t> looks{0};
  };

  object& next() {
    const std::lock_guard guard(mutex_);
    if (tickets_ == 0) {
      tickets_ = 1 + 37 * built_++ % 100; // few and many by turns
      newest_ = standing_.emplace_back(std::make_unique<object>(tickets_)).get();
    }
    --tickets_;
    return *newest_;
  }

  // Some are looked at when they are free, the others destroyed in that very moment.
  void demolish(object& o, bool look) {
    o.m.lock();
    trial_.expect(o.number.whole() && o.number.value() == o.writes.load(), "writes are lost");
    trial_.expect(o.looks == o.looks.load(), "turns in the upgradeable mode are lost");
    const std::unique_ptr<object> owned = take_out(o);
    o.m.unlock();
    if (look)
      expect_idle(trial_, o.m);
  }

  std::unique_ptr<object> take_out(object& o) {
    const std::lock_guard guard(mutex_);
    ++destroyed_;
    const auto at = std::ranges::find(standing_, &o, [](const auto& p) { return p.get(); });
    std::unique_ptr<object> found = std::move(*at);
    standing_.erase(at);
    return found;
  }

  trial& trial_;
  stop_board& stops_;
  const std::string name_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<object>> standing_;
  object* newest_ = nullptr;
  int tickets_ = 0;
  int built_ = 0;
  int destroyed_ = 0;
};

} // namespace rwl::stress
