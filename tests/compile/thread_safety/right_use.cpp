// Right use of every operation, of every lock with attributes, raises no warning.
// compiler: clang++
// flags: -Wthread-safety
#include <rwl/checked.hpp>
#include <rwl/exclusive_adapter.hpp>
#include <rwl/null_rwlock.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>
#include <rwl/scoped_guards.hpp>
#include <rwl/thread_safety.hpp>

#include <chrono>
#include <mutex>
#include <stop_token>

using namespace std::chrono_literals;

template <class L>
class counter {
public:
  int read() {
    rwl::read_guard reading(m_);
    return value_;
  }
  void write() {
    rwl::write_guard writing(m_);
    increment();
  }
  void write_through_the_view() {
    rwl::write_guard writing(m_.writer());
    increment();
  }
  void write_under_a_guard_of_std() {
    const std::lock_guard writing(m_);
    rwl::assume_exclusive(m_);
    increment();
  }
  void tries(std::stop_token stop) {
    if (m_.try_lock()) {
      increment();
      m_.unlock();
    }
    if (m_.try_lock_for(1ms, stop)) {
      increment();
      m_.unlock();
    }
    if (!m_.lock(stop))
      return;
    increment();
    m_.unlock();
  }
  int tries_shared(std::stop_token stop) {
    int seen = 0;
    if (m_.try_lock_shared()) {
      seen = value_;
      m_.unlock_shared();
    }
    if (!m_.lock_shared(stop))
      return 0;
    seen += value_;
    m_.unlock_shared();
    return seen;
  }
  void every_mode() {
    m_.lock_upgrade();
    if (value_ == 0) {
      m_.unlock_upgrade_and_lock();
      increment();
      m_.unlock_and_lock_upgrade();
    }
    m_.unlock_upgrade_and_lock_shared();
    if (m_.try_unlock_shared_and_lock()) {
      increment();
      m_.unlock_and_lock_shared();
    } else {
      rwl::assume_shared(m_);
    }
    m_.unlock_shared();
  }
  void refused_upgrade(std::stop_token stop) {
    m_.lock_upgrade();
    if (!m_.unlock_upgrade_and_lock(stop)) {
      rwl::assume_shared(m_);
      m_.unlock_upgrade();
      return;
    }
    increment();
    m_.unlock();
  }

private:
  void increment() RWL_REQUIRES(m_) { ++value_; }

  L m_;
  int value_ RWL_GUARDED_BY(m_) = 0;
};

template class counter<rwl::rwlock>;
template class counter<rwl::phase_fair_rwlock>;
template class counter<rwl::null_rwlock>;
template class counter<rwl::exclusive_adapter<std::timed_mutex>>;
template class counter<rwl::reentrant<rwl::rwlock>>;
template class counter<rwl::checked<rwl::rwlock>>;
template class counter<rwl::checked<rwl::reentrant<rwl::rwlock>>>;
