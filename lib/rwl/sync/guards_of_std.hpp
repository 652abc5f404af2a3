// The guards of the standard library, and the durations that they take.
//
// Outside sync/ no header of the machine is included, so that a lock cannot use a std::mutex by
// oversight. Guards only call the lock that they are given; this header is the one door for them.
#pragma once

#include <chrono>
#include <mutex>
#include <shared_mutex>
