// The timed forms of an adapted mutex are those that it has.
// must fail: try_lock_shared_for|use of deleted function|no (viable|matching)|call to deleted
#include <rwl/exclusive_adapter.hpp>

#include <chrono>
#include <mutex>

using namespace std::chrono_literals;

#ifdef FIXED
using mutex = std::timed_mutex;
#else
using mutex = std::mutex;
#endif

bool f(rwl::exclusive_adapter<mutex>& m) { return m.try_lock_shared_for(1ms); }
