// The production locks over nothing but the standard library, under the same workloads.
#define RWL_PORTABLE
#include "locks.hpp"
#include "modes.hpp"
#include "workloads.hpp"

int main(int argc, char** argv) {
  using namespace rwl::stress;
  std::vector<test> tests;
  for_each_production_lock(all_workloads(tests));
  for_each_production_lock(all_mode_workloads(tests));
  return run(tests, argc, argv);
}
