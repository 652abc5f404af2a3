// Every lock under every workload, and the parkers.
#include "locks.hpp"
#include "modes.hpp"
#include "parkers.hpp"
#include "workloads.hpp"

int main(int argc, char** argv) {
  using namespace rwl::stress;
  std::vector<test> tests;
  for_each_production_lock(all_workloads(tests));
  for_each_production_lock(all_mode_workloads(tests));
  for_each_strained_lock(all_workloads(tests));
  for_each_strained_lock(all_mode_workloads(tests));
  for_each_textbook_lock(all_workloads(tests));
  add_parkers(tests);
  return run(tests, argc, argv);
}
