// What every lock is: neither copyable nor movable, constant-initialised, and small.
#include <rwl/checked.hpp>
#include <rwl/exclusive_adapter.hpp>
#include <rwl/null_rwlock.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>

#include <mutex>
#include <type_traits>

template <class L>
concept stays_where_it_is = !std::is_copy_constructible_v<L> && !std::is_move_constructible_v<L> &&
                            !std::is_copy_assignable_v<L> && !std::is_move_assignable_v<L>;

template <class L>
constinit L global;

template <class L>
constexpr bool is_a_lock() {
  static_assert(stays_where_it_is<L>);
  static_assert(std::is_default_constructible_v<L>);
  return &global<L> == &global<L>;
}

template <class... L>
constexpr bool are_locks = (is_a_lock<L>() && ...);

static_assert(are_locks<rwl::rwlock, rwl::reader_preferring_rwlock, rwl::writer_preferring_rwlock,
                        rwl::phase_fair_rwlock, rwl::fifo_rwlock, rwl::null_rwlock,
                        rwl::exclusive_adapter<std::mutex>>);
static_assert(are_locks<rwl::reentrant<rwl::rwlock>, rwl::checked<rwl::rwlock>,
                        rwl::checked<rwl::reentrant<rwl::rwlock>>>);
static_assert(stays_where_it_is<rwl::exclusive_adapter<std::mutex&>>);

constinit rwl::checked<rwl::reentrant<rwl::rwlock>> named("cache");

template <class... L>
constexpr bool are_small = ((sizeof(L) <= 16) && ...);
static_assert(are_small<rwl::rwlock, rwl::reader_preferring_rwlock, rwl::writer_preferring_rwlock,
                        rwl::phase_fair_rwlock, rwl::fifo_rwlock>);
static_assert(sizeof(rwl::reentrant<rwl::rwlock>) == sizeof(rwl::rwlock));
