// What is explored: a program of a few threads over one lock, built anew for every execution.
#pragma once

#include "machine.hpp"

#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>

namespace rwl::verify {

// Where a thread stands in its life with the lock. `trying` is the span that starvation is about.
enum class phase : std::uint8_t { remainder, trying, inside, leaving };

class program {
public:
  virtual ~program() = default;

  virtual void thread(int index) = 0;

  // Runs when all threads have finished: final assertions.
  virtual void finish() {}

  // A step of the specification, reported by the lock at its linearisation point.
  virtual void observe(event, int thread) { (void)thread; }

  // A timed wait of the running thread has ended without what it waited for.
  virtual void time_is_up() {}

  // State of the program that its threads' histories do not determine (monitors): part of the key.
  virtual std::uint64_t key() const { return 0; }

  // The decoded lock state, for one line of a trace. Must not step.
  virtual void describe(char* text, std::size_t size) const {
    if (size)
      *text = 0;
  }

  // A summary of the final state, for comparing searches.
  virtual std::uint64_t final_state() const { return 0; }
};

// A recipe for a program: the search places a fresh one into storage of its own for every
// execution.
struct recipe {
  int threads = 0;
  std::size_t size = 0;
  program* (*make)(void* storage, const void* parameters) = nullptr;
  const void* parameters = nullptr; // outlives the search

  template <class P>
  static recipe of(int threads) {
    return {threads, sizeof(P), [](void* at, const void*) -> program* { return new (at) P(); },
            nullptr};
  }
  // P is constructible from a const Parameters&.
  template <class P, class Parameters>
  static recipe of(int threads, const Parameters& parameters) {
    return {threads, sizeof(P),
            [](void* at, const void* p) -> program* {
              return new (at) P(*static_cast<const Parameters*>(p));
            },
            &parameters};
  }
};

// What a running program may ask of the search.
namespace run {

inline int thread() { return machine::thread(); }
void enter(phase);
void enter(phase, int thread); // on behalf of a thread: somebody has ended its wait
phase current_phase(int thread);

// Nothing of the running thread's past matters but this program counter of its own.
void checkpoint(std::uint64_t program_counter);

// True while the search goes on: threads that loop for ever leave their loop when it is false.
bool keep_going();

// Visible steps that the running thread has made in its current phase.
std::uint32_t steps_in_phase();

void check(bool condition, const char* message, location = location::current());
[[noreturn]] void fail(const char* message, location = location::current());

// Evidence gathered over all executions.
void witness(int index);
void maximum(int index, std::uint64_t value);

} // namespace run

// A shared counter of the verification itself: a step of the search, but no memory.
class ghost {
public:
  ghost() { machine::create(cell_, cell_kind::ghost, 0); }
  ~ghost() { machine::destroy(cell_, {}); }
  ghost(const ghost&) = delete;
  ghost& operator=(const ghost&) = delete;
  std::uint64_t get(location at = location::current()) const {
    return machine::ghost_read(cell_, at);
  }
  std::uint64_t add(std::int64_t delta, location at = location::current()) {
    return machine::ghost_add(cell_, static_cast<std::uint64_t>(delta), at);
  }
  std::uint64_t peek() const { return cell_.value; }

  // Set by an observer, without a step. What awaits it depends on steps of other objects, which the
  // reductions do not see: for search::graph and search::full only.
  void set(std::uint64_t value) { cell_.value = value; }
  void await_zero(location at = location::current()) const {
    machine::ghost_await(
        cell_, [](const void*, std::uint64_t value) { return value == 0; }, nullptr, at);
  }

private:
  cell cell_;
};

} // namespace rwl::verify
