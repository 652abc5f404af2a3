// The command build/verify: see --help.
#include "engine/control.hpp"
#include "report/tool.hpp"
#include "scenarios/check.hpp"

extern const char* const rwl_sources; // a hash of lib/ and verify/, from the Makefile

int main(int argc, char** argv) {
  using namespace rwl::verify;
  return run_tool(argc, argv, registered_locks(), control_of_engine(), rwl_sources);
}
