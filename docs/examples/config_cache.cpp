// Three threads read host and port, which always belong together, while they are reloaded.
//
//   g++ -std=c++20 -I lib docs/examples/config_cache.cpp && ./a.out
#include "config_cache.hpp"

#include <array>
#include <atomic>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>

int main() {
  config_cache<> cache;

  const auto load_number = [&cache](int n) {
    return cache.reload([n] {
      const std::string number = std::to_string(n);
      return config_cache<>::entries{{"host", "server-" + number}, {"port", number}};
    });
  };
  load_number(0);

  std::atomic<int> torn = 0;
  {
    std::array<std::jthread, 3> readers;
    for (std::jthread& reader : readers)
      reader = std::jthread([&](const std::stop_token& stop) {
        constexpr std::array<std::string_view, 2> keys{"host", "port"};
        while (!stop.stop_requested()) {
          const auto values = cache.get_many(keys);
          if (*values[0] != "server-" + *values[1])
            ++torn;
        }
      });
    for (int n = 1; n <= 1000; ++n)
      load_number(n);
  }

  const auto age = std::chrono::duration_cast<std::chrono::microseconds>(*cache.age());
  std::cout << "host " << *cache.get("host") << ", port " << *cache.get("port") << ", loaded "
            << age.count() << " us ago, torn snapshots: " << torn << '\n';
  return torn == 0 ? 0 : 1;
}
