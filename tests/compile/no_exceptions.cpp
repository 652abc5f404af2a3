// Every header compiles without exceptions and run-time type information, the locks work, and
// misuse goes to the handler.
// flags: -fno-exceptions -fno-rtti
// run
#include "every_header.hpp"

#include <cstdlib>
#include <mutex>
#include <shared_mutex>
#include <system_error>

namespace {

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

void expected(std::errc error, const char*) {
  std::exit(error == std::errc::operation_not_permitted ? EXIT_SUCCESS : EXIT_FAILURE);
}

} // namespace

int main() {
  use<rwl::rwlock>();
  use<rwl::reader_preferring_rwlock>();
  use<rwl::writer_preferring_rwlock>();
  use<rwl::phase_fair_rwlock>();
  use<rwl::fifo_rwlock>();
  use<rwl::null_rwlock>();
  use<rwl::exclusive_adapter<std::mutex>>();

  rwl::set_misuse_handler(expected);
  rwl::upgrade_lock<rwl::rwlock> nothing;
  nothing.unlock();
  return EXIT_FAILURE;
}
