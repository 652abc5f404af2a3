// The modelled machine: memory cells and the visible operations on them.
//
// Every operation first announces itself to the scheduler (which cell, what kind, enabled or not),
// then yields, and takes effect when the scheduler resumes the thread. This header is all that the
// Sync backend and the scenarios see of the engine; Relacy stays behind steps.hpp.
#pragma once

#include "location.hpp"

#include <rwl/sync/event.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rwl::verify {

inline constexpr int thread_limit = 6;

// How many stores of one atomic a load can look back on. A search that would have needed more says
// so.
inline constexpr unsigned history_depth = 16;

enum class cell_kind : std::uint8_t {
  atomic, // weak memory: a load may read any store that coherence and happens-before leave readable
  token,  // mutex, parker: always the newest value, acquire on taking, release on giving
  plain,  // ordinary memory: no scheduling point, checked for data races
  ghost,  // verification state: a scheduling point, but no memory-model meaning
};

enum class op_kind : std::uint8_t {
  none,
  read,
  write,
  compare_exchange, // a write when the newest value is the expected one, else a read
  lock,             // enabled when the newest value is zero
  try_lock,
  park,       // enabled when a token is there
  timed_park, // always enabled: without a token the time is up
  await,      // enabled when some readable value satisfies the predicate
  wake,       // condition variable: enabled when this thread was notified
  fence,
  remote_fence, // a fence executed on behalf of another thread (membarrier)
};

using predicate = bool (*)(const void* context, std::uint64_t value);

// A modelled location in memory. Objects of the Sync policy hold one; the engine owns its meaning.
struct cell {
  cell* next = nullptr; // registry of the cells alive in this execution
  cell* previous = nullptr;
  void* model = nullptr; // Relacy's record: store history and clocks
  std::uint64_t value = 0;
  std::uint64_t past[history_depth] = {};       // values by slot of the store history
  std::uint32_t written_at[history_depth] = {}; // step of each store, for the trace
  std::uint32_t alive = 0;
  cell_kind kind = cell_kind::atomic;
  std::uint32_t serial = 0; // order of construction, for names in traces
};

struct byte_range {
  std::size_t begin, end;
};

namespace machine {

void create_fence_cell(); // the pseudo location that fences step on
void create(cell&, cell_kind, std::uint64_t initial);
void destroy(cell&, location);
// Of an object: those that belong to no cell alive.
std::vector<byte_range> bytes_outside_cells(const void* object, std::size_t size);

std::uint64_t load(const cell&, std::memory_order, location);
void store(cell&, std::uint64_t value, std::memory_order, location);
// A read-modify-write in two halves: begin() yields and returns the newest value, commit() takes
// effect at once. Nothing may stand between them but the computation of the new value.
std::uint64_t rmw_begin(cell&, std::uint64_t argument, location);
void rmw_commit(cell&, std::uint64_t value, std::memory_order, const char* name, location);
// Returns the value found; it was exchanged when that equals `expected` and `exchanged` is set.
std::uint64_t compare_exchange(cell&, std::uint64_t expected, std::uint64_t desired, bool weak,
                               std::memory_order success, std::memory_order failure,
                               bool& exchanged, location);
std::uint64_t await(const cell&, predicate, const void* context, std::memory_order, location);
void fence(location);
void fence_all_threads(location);

std::uint64_t read_plain(const cell&);
std::uint64_t read_plain(const cell&, location);
void write_plain(cell&, std::uint64_t value, location);

std::uint64_t ghost_read(const cell&, location);
void ghost_await(const cell&, predicate, const void* context, location);
std::uint64_t ghost_add(cell&, std::uint64_t delta, location);

void mutex_lock(cell&, location);
bool mutex_try_lock(cell&, location);
void mutex_unlock(cell&, location);
bool park(cell&, bool timed, location);
void unpark(cell&, location);

// A condition variable: the cell holds who was notified (low half) and who waits (high half), as
// sets of threads. It orders nothing; the mutex does.
bool condition_wait(cell& room, cell& mutex, bool timed, location);
void condition_notify(cell& room, bool all, location);

int thread();             // the running thread, from 0
location last_location(); // of the running thread's last visible operation
std::uint32_t ticket_count();
unsigned choose(unsigned n, location); // a branch of the search
void observe(event, const void* lock, int thread, location);
std::uint64_t local_history(); // hash of all that the running thread has observed
void set_local_history(std::uint64_t);
void live_begin(location);
void live_value(std::uint64_t);

std::uint64_t execution(); // serial number of the running execution

// Hashes are made by mixing in one word after another: the two halves of a 128-bit product.
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using wide = unsigned __int128;
  const wide product = wide{a ^ 0xa0761d6478bd642f} * (b ^ 0xe7037ed1a0b428db);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t code_point(location at) {
  return mix(at.line, reinterpret_cast<std::uintptr_t>(at.function));
}

} // namespace machine
} // namespace rwl::verify
