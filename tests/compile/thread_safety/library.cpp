// The library's own guards and adaptors raise no warning in a program that uses the analysis.
// compiler: clang++
// flags: -Wthread-safety
#include "every_header.hpp"

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <utility>

template class rwl::read_guard<rwl::rwlock>;
template class rwl::write_guard<rwl::rwlock>;
template class rwl::upgrade_lock<rwl::rwlock>;
template class rwl::guarded<int, rwl::rwlock>;
template class rwl::reader_view<rwl::rwlock>;
// A mutex with attributes of its own.
template class rwl::exclusive_adapter<rwl::null_rwlock>;
template class rwl::reentrant<rwl::rwlock>;
template class rwl::checked<rwl::reentrant<rwl::rwlock>>;

void transforms(rwl::rwlock& m) {
  using namespace std::chrono_literals;
  auto looking = rwl::downgrade_to_upgradeable(rwl::upgrade(rwl::upgrade_lock(m)));
  std::shared_lock reading = rwl::downgrade(std::move(looking));
  std::unique_lock writing = rwl::try_upgrade(reading);
  reading = rwl::downgrade(std::move(writing));
  reading.unlock();

  looking = rwl::upgrade_lock(m);
  writing = rwl::try_upgrade(looking);
  writing = rwl::try_upgrade_for(looking, 1ms);
  writing = rwl::try_upgrade_until(looking, std::chrono::steady_clock::now());
  writing = rwl::upgrade(looking, std::stop_token());
}
