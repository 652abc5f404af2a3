// Every header compiles without exceptions and run-time type information, the locks and what is
// made of them work, and misuse goes to the handler.
// flags: -fno-exceptions -fno-rtti
// run
#include "every_header.hpp"

#include <chrono>
#include <cstdlib>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <system_error>
#include <utility>

namespace {

using namespace std::chrono_literals;

template <class L>
void use() {
  L m;
  { const std::unique_lock writing(m); }
  { const std::shared_lock reading(m); }
  { const rwl::upgrade_lock looking(m); }
  m.lock_upgrade();
  m.unlock_upgrade_and_lock();
  m.unlock_and_lock_shared();
  m.unlock_shared();
}

template <class L>
void use_when_it_waits_only_so_long() {
  const std::stop_token never;
  L m;
  if (m.lock(never))
    m.unlock();
  if (m.try_lock_shared_for(1ms, never))
    m.unlock_shared();
}

template <class L>
void use_guarded() {
  rwl::guarded<int, L> value(1);
  *value.write() += 1;
  value.with([](int& v) { ++v; });
  if (auto looking = value.try_upgradeable(); looking && *looking == 3)
    *rwl::upgrade(std::move(looking)) = 4;
  if (*value.read() != 4)
    std::exit(EXIT_FAILURE);
}

template <class L>
void wait_with_a_condition() {
  rwl::condition changed;
  L m;
  std::unique_lock writing(m);
  changed.notify_one();
  if (changed.wait_for(writing, 1ms) || !writing.owns_lock())
    std::exit(EXIT_FAILURE);
  writing.unlock();
  std::shared_lock reading(m);
  changed.wait(reading, [] { return true; });
}

template <class L>
void use_all() {
  use<L>();
  use_when_it_waits_only_so_long<L>();
  use_guarded<L>();
  wait_with_a_condition<L>();
}

void expected(std::errc error, const char*) {
  std::exit(error == std::errc::operation_not_permitted ? EXIT_SUCCESS : EXIT_FAILURE);
}

} // namespace

int main() {
  use_all<rwl::rwlock>();
  use_all<rwl::reader_preferring_rwlock>();
  use_all<rwl::writer_preferring_rwlock>();
  use_all<rwl::phase_fair_rwlock>();
  use_all<rwl::fifo_rwlock>();
  use_all<rwl::reentrant<rwl::rwlock>>();
  use_all<rwl::checked<rwl::rwlock>>();
  use_all<rwl::checked<rwl::reentrant<rwl::rwlock>>>();
  use<rwl::null_rwlock>();
  use<rwl::exclusive_adapter<std::mutex>>();

  rwl::set_misuse_handler(expected);
  rwl::checked<rwl::rwlock> free;
  free.unlock();
  return EXIT_FAILURE;
}
