// The command build/verify: see --help.
#include "engine/explore.hpp"
#include "report/tool.hpp"
#include "scenarios/check.hpp"

int main(int argc, char** argv) {
  return rwl::verify::run_tool(argc, argv, rwl::verify::registered_locks(), rwl::verify::interrupt);
}
