// The Sync policy: everything a lock may use of the machine and the operating system.
//
// A lock is a template over Sync and names nothing of std::atomic, std::mutex, std::thread or the
// clock. With rwl::std_sync it is the lock that ships; with the explorer's policy the very same
// lines are explored exhaustively. Signatures mirror std, so lock code reads like ordinary C++.
//
//   atomic<T>            std::atomic<T>, always with explicit orders
//   var<T>               a plain T that other threads may see; the explorer checks it for races
//                        (read by conversion, write by =, ++, --, and -> for pointers)
//   parker               one token: park() takes it, waiting if need be; unpark() leaves it.
//                        An unpark before the park is not lost; park() never returns without one.
//                        park_until(deadline) returns false when the time is up and no token came.
//                        unpark() touches the parker last of all before the token can be taken, so
//                        the parked thread may destroy it as soon as park() returns.
//   mutex, unique_lock, condition_variable
//                        for the textbook monitors only; as in std
//   deadline, now()      a point of the steady clock
//   after(d), until(t)   the deadline that is d from now, never if d is too long to tell; the
//                        deadline that corresponds to the point t of any clock
//   passed(t)            whether the point t of any clock has come, after a wait until until(t)
//   stop_token, stop_callback<F>
//                        as in std: the callback runs in the thread that requests the stop, and its
//                        destructor waits for it if it runs elsewhere
//   thread_id, self()    identity of the calling thread: a regular type, equality comparable
//   ticket               an unsigned number that wraps around, of which there are more than threads
//   tls<T>               one T for each thread: static T& get()
//   pause()              tells the processor that this is a spin loop
//   await(a, pred, mo)   waits politely until pred(a.load(mo)), returns that value
//   fence_light(), fence_heavy()
//                        an asymmetric pair: together they order like two seq_cst fences, while the
//                        light one costs nothing
//   token, owner()       ghost identity of the requester; an empty type in production
//   observe(e, lock, t)  ghost: event e of the specification happened to lock on behalf of t
//   here(), live(here(), locals...)
//                        ghost: of all that this operation has seen so far, only these locals still
//                        matter. Lets the explorer recognise states; checked for determinism.
#pragma once

#include "event.hpp"

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstdint>

namespace rwl {

template <class S>
concept sync_policy = requires(typename S::template atomic<std::uint32_t>& a, std::uint32_t v,
                               std::memory_order mo, typename S::parker& p, typename S::mutex& m,
                               typename S::condition_variable& c, typename S::deadline d,
                               const void* lock, event e) {
  requires std::default_initializable<typename S::parker>;
  requires std::regular<typename S::thread_id>;
  requires std::regular<typename S::ticket>;
  requires std::totally_ordered<typename S::deadline>;
  typename S::template var<int>;
  typename S::template tls<int>;

  { a.load(mo) } -> std::same_as<std::uint32_t>;
  { a.store(v, mo) } -> std::same_as<void>;
  { a.exchange(v, mo) } -> std::same_as<std::uint32_t>;
  { a.compare_exchange_strong(v, v, mo, mo) } -> std::same_as<bool>;
  { a.compare_exchange_weak(v, v, mo, mo) } -> std::same_as<bool>;
  { a.fetch_add(v, mo) } -> std::same_as<std::uint32_t>;
  { a.fetch_sub(v, mo) } -> std::same_as<std::uint32_t>;
  { a.fetch_or(v, mo) } -> std::same_as<std::uint32_t>;
  { a.fetch_and(v, mo) } -> std::same_as<std::uint32_t>;

  { p.park() } -> std::same_as<void>;
  { p.park_until(d) } -> std::same_as<bool>;
  { p.unpark() } -> std::same_as<void>;

  m.lock();
  { m.try_lock() } -> std::same_as<bool>;
  m.unlock();
  requires requires(typename S::unique_lock & l) {
    c.wait(l);
    c.wait(l, [] { return true; });
  };
  c.notify_one();
  c.notify_all();

  { S::now() } -> std::same_as<typename S::deadline>;
  { S::self() } -> std::same_as<typename S::thread_id>;
  { S::template tls<int>::get() } -> std::same_as<int&>;
  { S::after(std::chrono::seconds(1)) } -> std::same_as<typename S::deadline>;
  { S::until(std::chrono::steady_clock::time_point()) } -> std::same_as<typename S::deadline>;
  { S::passed(std::chrono::steady_clock::time_point()) } -> std::same_as<bool>;
  requires requires(const typename S::stop_token& t) {
    { t.stop_requested() } -> std::same_as<bool>;
    { t.stop_possible() } -> std::same_as<bool>;
    typename S::template stop_callback<void (*)()>;
  };
  S::pause();
  {
    S::await(
        a, [](std::uint32_t x) { return x == 0; }, mo)
    } -> std::same_as<std::uint32_t>;
  S::fence_light();
  S::fence_heavy();

  { S::owner() } -> std::same_as<typename S::token>;
  S::observe(e, lock, S::owner());
  S::live(S::here(), v, lock);
};

} // namespace rwl
