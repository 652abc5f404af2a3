// A user's program: readers and a writer share a value, on the installed library.
#include <rwl/guarded.hpp>
#include <rwl/guards.hpp>
#include <rwl/rwlock.hpp>
#include <rwl/upgrade.hpp>
#include <rwl/version.hpp>

#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <utility>
#include <vector>

int main() {
  rwl::phase_fair_rwlock lock;
  int written = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        rwl::upgrade_lock looking(lock);
        const std::unique_lock writing = rwl::upgrade(std::move(looking));
        ++written;
      });
  }
  rwl::guarded<int, rwl::rwlock> value(written);
  const std::shared_lock reading(lock);
  const bool same_version = std::strcmp(RWL_VERSION_STRING, EXPECTED_VERSION) == 0;
  return *value.read() == 4 && same_version ? 0 : 1;
}
