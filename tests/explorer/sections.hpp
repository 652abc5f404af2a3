// Writers and readers that each go once through a lock, and what they see inside.
#pragma once

#include "script.hpp"

namespace rwl::verify::test {

struct mix {
  int writers, readers;
};
inline constexpr mix one_writer_one_reader{1, 1};
inline constexpr mix two_writers{2, 0};
inline constexpr mix two_readers{0, 2};
inline constexpr mix one_writer_two_readers{1, 2};
inline constexpr mix two_writers_one_reader{2, 1};

// Lock is default constructible and has the interface of std::shared_mutex.
template <class Lock>
class sections : public program {
public:
  explicit sections(const mix& m) : mix_(m) {}

  void thread(int index) override {
    int& seen = seen_.r[index];
    if (index < mix_.writers)
      write(seen);
    else
      read(seen);
  }
  void finish() override { seen_.r[mix_.writers + mix_.readers] = data_; }
  std::uint64_t final_state() const override { return seen_.encode(); }

private:
  void write(int& seen) {
    lock_.lock();
    inside_.add(1); // a step, so that sections can overlap at all
    seen = ++data_;
    inside_.add(-1);
    lock_.unlock();
  }
  void read(int& seen) {
    lock_.lock_shared();
    inside_.add(1);
    seen = data_;
    inside_.add(-1);
    lock_.unlock_shared();
  }

  const mix mix_;
  Lock lock_;
  ghost inside_;
  sync::var<int> data_{0};
  registers seen_; // by each thread; then the data at the end
};

// The mix outlives the search.
template <class Lock>
recipe sections_of(const mix& m) {
  return recipe::of<sections<Lock>>(m.writers + m.readers, m);
}

} // namespace rwl::verify::test
