// Two locks that are taken in both orders, by one thread and never at the same time: nothing waits,
// and yet the deadlock that two threads could meet is reported, with all places.
//
//   g++ -std=c++20 -I lib docs/examples/lock_order.cpp && ./a.out
#include <rwl/checked.hpp>
#include <rwl/rwlock.hpp>

#include <iostream>
#include <mutex>
#include <shared_mutex>

namespace {

rwl::checked<rwl::rwlock> accounts("accounts");
rwl::checked<rwl::rwlock> journal("journal");

void transfer() {
  const std::unique_lock changing(accounts.here());
  const std::unique_lock writing(journal.here());
}

void audit() {
  const std::shared_lock reading(journal.here());
  const std::shared_lock comparing(accounts.here()); // while transfer() wants the journal?
}

bool reported = false;

void print(const rwl::lock_order_violation& violation) {
  reported = true;
  for (const auto& [first, second] : violation.cycle)
    std::cout << "  " << second.at.function << " waits for '" << second.name << "' in line "
              << second.at.line << ", with '" << first.name << "' since line " << first.at.line
              << '\n';
}

} // namespace

int main() {
  // Without a handler the report goes to stderr.
  rwl::set_lock_order_handler(print);
  std::cout
      << "As intended by this example, two functions disagree about the order of two locks:\n";
  transfer();
  audit();
  audit(); // reported once
  std::cout << (reported ? "Nobody had to wait to find out.\n" : "This went unnoticed.\n");
  return reported ? 0 : 1;
}
