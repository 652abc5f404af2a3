// Clang's thread-safety attributes: with clang -Wthread-safety the compiler finds accesses without
// the lock, writes under a read lock, and locks that are never released. Empty elsewhere.
//
//   class cache {
//     mutable rwl::rwlock lock_;
//     int value_ RWL_GUARDED_BY(lock_) = 0;
//   public:
//     int get() const { rwl::read_guard reading(lock_); return value_; }
//     void set(int v) { rwl::write_guard writing(lock_); value_ = v; }
//   };
//
// The analysis looks at one function at a time and knows only what is annotated. The guards of the
// standard library are not: use those of scoped_guards.hpp, or rwl::assume_exclusive and
// rwl::assume_shared at the end of this file.
#pragma once

#if defined(__clang__)
#define RWL_THREAD_SAFETY(...) __attribute__((__VA_ARGS__))
#else
#define RWL_THREAD_SAFETY(...)
#endif

// Of a class: a lock, by its name in messages; a guard that locks in its constructor.
#define RWL_CAPABILITY(name) RWL_THREAD_SAFETY(capability(name))
#define RWL_SCOPED_CAPABILITY RWL_THREAD_SAFETY(scoped_lockable)

// Of a variable: read only with the lock held, written only with it held exclusively; of a pointer,
// the same for what it points to.
#define RWL_GUARDED_BY(lock) RWL_THREAD_SAFETY(guarded_by(lock))
#define RWL_PT_GUARDED_BY(lock) RWL_THREAD_SAFETY(pt_guarded_by(lock))

// Of a function: the caller holds the locks, exclusively or in either mode; or must not hold them.
#define RWL_REQUIRES(...) RWL_THREAD_SAFETY(requires_capability(__VA_ARGS__))
#define RWL_REQUIRES_SHARED(...) RWL_THREAD_SAFETY(requires_shared_capability(__VA_ARGS__))
#define RWL_EXCLUDES(...) RWL_THREAD_SAFETY(locks_excluded(__VA_ARGS__))

// Of a function: takes or gives up the locks named, or *this if none is. RELEASE_GENERIC does so
// whichever the mode. A downgrade is RWL_RELEASE() RWL_ACQUIRE_SHARED().
#define RWL_ACQUIRE(...) RWL_THREAD_SAFETY(acquire_capability(__VA_ARGS__))
#define RWL_ACQUIRE_SHARED(...) RWL_THREAD_SAFETY(acquire_shared_capability(__VA_ARGS__))
#define RWL_RELEASE(...) RWL_THREAD_SAFETY(release_capability(__VA_ARGS__))
#define RWL_RELEASE_SHARED(...) RWL_THREAD_SAFETY(release_shared_capability(__VA_ARGS__))
#define RWL_RELEASE_GENERIC(...) RWL_THREAD_SAFETY(release_generic_capability(__VA_ARGS__))

// Of a function: takes the lock if it returns the value that is the first argument.
#define RWL_TRY_ACQUIRE(...) RWL_THREAD_SAFETY(try_acquire_capability(__VA_ARGS__))
#define RWL_TRY_ACQUIRE_SHARED(...) RWL_THREAD_SAFETY(try_acquire_shared_capability(__VA_ARGS__))

// Of a function: after it the locks count as held.
#define RWL_ASSERT_CAPABILITY(...) RWL_THREAD_SAFETY(assert_capability(__VA_ARGS__))
#define RWL_ASSERT_SHARED_CAPABILITY(...) RWL_THREAD_SAFETY(assert_shared_capability(__VA_ARGS__))

// Of a function that returns a reference to the lock; of one whose body is not to be analysed.
#define RWL_RETURN_CAPABILITY(lock) RWL_THREAD_SAFETY(lock_returned(lock))
#define RWL_NO_THREAD_SAFETY_ANALYSIS RWL_THREAD_SAFETY(no_thread_safety_analysis)

namespace rwl {

// Tells the analysis, and nobody else, that the lock is held: by a guard that it does not know, or
// in the mode that a refused upgrade has left as it was.
//
//   if (m.try_unlock_upgrade_and_lock()) { value = 1; m.unlock(); }
//   else { rwl::assume_shared(m); use(value); m.unlock_upgrade(); }
template <class L>
constexpr void assume_exclusive([[maybe_unused]] const L& lock) RWL_ASSERT_CAPABILITY(lock) {}
template <class L>
constexpr void assume_shared([[maybe_unused]] const L& lock) RWL_ASSERT_SHARED_CAPABILITY(lock) {}

} // namespace rwl
