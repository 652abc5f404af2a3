// One thread enters and leaves a lock that nobody else uses: the price of the fast paths.
#include "bench.hpp"

#include <string>

namespace rwl::bench {

void add_uncontended() {
  for_each_lock([]<class Lock>(std::type_identity<Lock>, const std::string& name) {
    benchmark::RegisterBenchmark(("uncontended read/" + name).c_str(), read<Lock>);
  });
  for_each_lock([]<class Lock>(std::type_identity<Lock>, const std::string& name) {
    benchmark::RegisterBenchmark(("uncontended write/" + name).c_str(), write<Lock>);
  });
}

} // namespace rwl::bench
