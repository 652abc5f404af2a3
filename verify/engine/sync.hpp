// explorer_sync: the Sync policy under which a lock's own source is explored.
//
// Same names and signatures as rwl::std_sync; every operation keeps its source location. No macro
// and no header of Relacy reaches the lock.
#pragma once

#include "machine.hpp"
#include "stop.hpp"

#include <rwl/sync/policy.hpp>

#include <bit>
#include <chrono>
#include <concepts>
#include <cstring>
#include <type_traits>

namespace rwl::verify {

template <class T>
concept modelled = std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(std::uint64_t);

template <modelled T>
std::uint64_t to_word(T value) {
  std::uint64_t word = 0;
  std::memcpy(&word, &value, sizeof value);
  return word;
}

template <modelled T>
T from_word(std::uint64_t word) {
  T value;
  std::memcpy(static_cast<void*>(&value), &word, sizeof value);
  return value;
}

struct explorer_sync {
  using order = std::memory_order;

  template <modelled T>
  class atomic {
  public:
    atomic(T initial = T()) { machine::create(cell_, cell_kind::atomic, to_word(initial)); }
    ~atomic() { machine::destroy(cell_, location::current()); }
    atomic(const atomic&) = delete;
    atomic& operator=(const atomic&) = delete;

    T load(order mo, location at = location::current()) const {
      return from_word<T>(machine::load(cell_, mo, at));
    }
    void store(T value, order mo, location at = location::current()) {
      machine::store(cell_, to_word(value), mo, at);
    }
    T exchange(T value, order mo, location at = location::current()) {
      return modify(value, mo, "exchange", at, [](T, T v) { return v; });
    }
    T fetch_add(T value, order mo, location at = location::current()) {
      return modify(value, mo, "fetch_add", at, [](T old, T v) { return static_cast<T>(old + v); });
    }
    T fetch_sub(T value, order mo, location at = location::current()) {
      return modify(value, mo, "fetch_sub", at, [](T old, T v) { return static_cast<T>(old - v); });
    }
    T fetch_or(T value, order mo, location at = location::current()) {
      return modify(value, mo, "fetch_or", at, [](T old, T v) { return static_cast<T>(old | v); });
    }
    T fetch_and(T value, order mo, location at = location::current()) {
      return modify(value, mo, "fetch_and", at, [](T old, T v) { return static_cast<T>(old & v); });
    }
    bool compare_exchange_weak(T& expected, T desired, order success, order failure,
                               location at = location::current()) {
      return exchange_if(expected, desired, true, success, failure, at);
    }
    bool compare_exchange_strong(T& expected, T desired, order success, order failure,
                                 location at = location::current()) {
      return exchange_if(expected, desired, false, success, failure, at);
    }

    // Verification only: the newest value, without a step.
    T peek() const { return from_word<T>(cell_.value); }
    const cell& modelled_cell() const { return cell_; }

  private:
    template <class F>
    T modify(T argument, order mo, const char* name, location at, F f) {
      T old = from_word<T>(machine::rmw_begin(cell_, to_word(argument), at));
      machine::rmw_commit(cell_, to_word(f(old, argument)), mo, name, at);
      return old;
    }
    bool exchange_if(T& expected, T desired, bool weak, order success, order failure, location at) {
      bool exchanged = false;
      expected = from_word<T>(machine::compare_exchange(cell_, to_word(expected), to_word(desired),
                                                        weak, success, failure, exchanged, at));
      return exchanged;
    }
    cell cell_;
  };

  // A plain variable. Reads have no parameter to carry their location: traces show that of the
  // thread's last visible operation.
  template <modelled T>
  class var {
  public:
    explicit var(T initial = T()) { machine::create(cell_, cell_kind::plain, to_word(initial)); }
    ~var() { machine::destroy(cell_, location::current()); }
    var(const var&) = delete;

    // Carries the location of an assignment's right-hand side.
    struct value_at {
      T value;
      location at;
      template <std::convertible_to<T> U>
      value_at(U&& v, location where = location::current()) : value(static_cast<T>(v)), at(where) {}
    };

    operator T() const { return from_word<T>(machine::read_plain(cell_)); }
    T operator->() const requires std::is_pointer_v<T> { return *this; }
    var& operator=(value_at v) {
      machine::write_plain(cell_, to_word(v.value), v.at);
      return *this;
    }
    var& operator=(const var& other) {
      return *this = value_at(static_cast<T>(other), machine::last_location());
    }
    T operator++() { return change(1); }
    T operator--() { return change(-1); }

    T get(location at = location::current()) const {
      return from_word<T>(machine::read_plain(cell_, at));
    }

  private:
    T change(int by) {
      T value = static_cast<T>(static_cast<T>(*this) + by);
      machine::write_plain(cell_, to_word(value), machine::last_location());
      return value;
    }
    cell cell_;
  };

  class parker {
  public:
    parker() { machine::create(cell_, cell_kind::token, 0); }
    ~parker() { machine::destroy(cell_, location::current()); }
    parker(const parker&) = delete;
    parker& operator=(const parker&) = delete;
    void park(location at = location::current()) { machine::park(cell_, false, at); }
    bool park_until(std::uint64_t, location at = location::current()) {
      return machine::park(cell_, true, at);
    }
    void unpark(location at = location::current()) { machine::unpark(cell_, at); }

  private:
    cell cell_;
  };

  class mutex {
  public:
    mutex() { machine::create(cell_, cell_kind::token, 0); }
    ~mutex() { machine::destroy(cell_, location::current()); }
    mutex(const mutex&) = delete;
    mutex& operator=(const mutex&) = delete;
    void lock(location at = location::current()) { machine::mutex_lock(cell_, at); }
    bool try_lock(location at = location::current()) { return machine::mutex_try_lock(cell_, at); }
    void unlock(location at = location::current()) { machine::mutex_unlock(cell_, at); }
    cell& modelled_cell() { return cell_; }

  private:
    cell cell_;
  };

  // As std::unique_lock<std::mutex>, but it remembers where it was asked for.
  class unique_lock {
  public:
    explicit unique_lock(explorer_sync::mutex& m, location at = location::current())
        : mutex_(&m), at_(at) {
      m.lock(at);
    }
    ~unique_lock() noexcept(false) {
      if (owns_)
        mutex_->unlock(at_);
    }
    unique_lock(const unique_lock&) = delete;
    unique_lock& operator=(const unique_lock&) = delete;
    void lock(location at = location::current()) {
      mutex_->lock(at);
      owns_ = true;
    }
    void unlock(location at = location::current()) {
      mutex_->unlock(at);
      owns_ = false;
    }
    explorer_sync::mutex* mutex() const { return mutex_; }

  private:
    explorer_sync::mutex* mutex_;
    location at_;
    bool owns_ = true;
  };

  class condition_variable {
  public:
    condition_variable() { machine::create(room_, cell_kind::ghost, 0); }
    ~condition_variable() { machine::destroy(room_, location::current()); }
    condition_variable(const condition_variable&) = delete;
    condition_variable& operator=(const condition_variable&) = delete;

    void wait(unique_lock& lock, location at = location::current()) {
      machine::condition_wait(room_, lock.mutex()->modelled_cell(), false, at);
    }
    // The predicate must not change the caller's locals: what earlier rounds of the loop have seen
    // is forgotten, which keeps the state space of a waiting thread finite.
    template <std::predicate P>
    void wait(unique_lock& lock, P ready, location at = location::current()) {
      const std::uint64_t waiting = machine::mix(machine::local_history(), machine::code_point(at));
      while (!ready()) {
        machine::set_local_history(machine::mix(waiting, 1));
        wait(lock, at);
      }
      machine::set_local_history(machine::mix(waiting, 2));
    }
    bool wait_until(unique_lock& lock, std::uint64_t, location at = location::current()) {
      return machine::condition_wait(room_, lock.mutex()->modelled_cell(), true, at);
    }
    void notify_one(location at = location::current()) {
      machine::condition_notify(room_, false, at);
    }
    void notify_all(location at = location::current()) {
      machine::condition_notify(room_, true, at);
    }

  private:
    cell room_;
  };

  using deadline = std::uint64_t;
  static deadline now() { return 0; }

  // There is no time: a timed wait may end at any point, and when it has ended its time is up.
  template <class Rep, class Period>
  static deadline after(const std::chrono::duration<Rep, Period>&) {
    return 0;
  }
  template <class Clock, class Duration>
  static deadline until(const std::chrono::time_point<Clock, Duration>&) {
    return 0;
  }
  template <class Clock, class Duration>
  static bool passed(const std::chrono::time_point<Clock, Duration>&) {
    return true;
  }

  using stop_source = verify::stop_source<explorer_sync>;
  using stop_token = verify::stop_token<explorer_sync>;
  template <class F>
  using stop_callback = verify::stop_callback<F, explorer_sync>;

  using thread_id = int;
  static thread_id self() { return machine::thread(); }

  // Starts anew with every execution. Not part of the state key: a lock may keep here only what
  // follows from what the thread has observed.
  template <class T>
  struct tls {
    static T& get() {
      struct slot {
        std::uint64_t execution = 0;
        T value{};
      };
      static slot slots[thread_limit];
      slot& mine = slots[machine::thread()];
      if (mine.execution != machine::execution())
        mine = {machine::execution(), T{}};
      return mine.value;
    }
  };

  // As many numbers as in production, or few enough to keep the states of endless programs finite.
  struct ticket {
    std::uint32_t number = 0;
    ticket() = default;
    ticket(std::uint32_t n) : number(n % machine::ticket_count()) {}
    friend ticket operator+(ticket a, ticket b) { return a.number + b.number; }
    friend bool operator==(ticket, ticket) = default;
  };

  static void pause() {}

  template <class T, std::predicate<T> P>
  static T await(const atomic<T>& a, P ready, order mo, location at = location::current()) {
    const predicate test = [](const void* p, std::uint64_t word) {
      return static_cast<bool>((*static_cast<const P*>(p))(from_word<T>(word)));
    };
    return from_word<T>(machine::await(a.modelled_cell(), test, &ready, mo, at));
  }

  static void fence_light() { std::atomic_signal_fence(std::memory_order_seq_cst); }
  static void fence_heavy(location at = location::current()) { machine::fence_all_threads(at); }

  using token = int;
  static token owner() { return machine::thread(); }
  static void observe(event e, const void* lock, token t, location at = location::current()) {
    machine::observe(e, lock, t, at);
  }

  static location here(location at = location::current()) { return at; }
  template <class... Locals>
  static void live(location at, Locals... locals) {
    machine::live_begin(at);
    (machine::live_value(to_word(locals)), ...);
  }
};

static_assert(sync_policy<explorer_sync>);

} // namespace rwl::verify
