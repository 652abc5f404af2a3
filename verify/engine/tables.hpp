// Hash tables of 64-bit keys. They grow while an execution runs, so they stay off operator new,
// which the explored program's allocations go through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace rwl::verify {

// Open addressing, linear probing; the key is a hash already. The key 0 is stored as 1.
class hash_map {
public:
  hash_map() = default;
  ~hash_map() { std::free(slots_); }
  hash_map(const hash_map&) = delete;
  hash_map& operator=(const hash_map&) = delete;

  // The value of the key and whether it was added just now (as zero).
  std::pair<std::uint64_t&, bool> at(std::uint64_t key) {
    if (size_ * 2 >= capacity_)
      grow();
    slot& s = slots_[find(key ? key : 1)];
    const bool fresh = s.key == 0;
    if (fresh) {
      s = {key ? key : 1, 0};
      ++size_;
    }
    return {s.value, fresh};
  }
  bool insert(std::uint64_t key) { return at(key).second; }
  std::size_t size() const { return size_; }

private:
  struct slot {
    std::uint64_t key, value;
  };
  std::size_t find(std::uint64_t key) const {
    std::size_t i = key & (capacity_ - 1);
    while (slots_[i].key && slots_[i].key != key)
      i = (i + 1) & (capacity_ - 1);
    return i;
  }
  void grow() {
    slot* old = slots_;
    const std::size_t old_capacity = capacity_;
    capacity_ = capacity_ ? capacity_ * 2 : 1024;
    slots_ = static_cast<slot*>(std::calloc(capacity_, sizeof(slot)));
    if (!slots_)
      std::abort();
    for (std::size_t i = 0; i < old_capacity; ++i)
      if (old[i].key)
        slots_[find(old[i].key)] = old[i];
    std::free(old);
  }
  slot* slots_ = nullptr;
  std::size_t capacity_ = 0, size_ = 0;
};

} // namespace rwl::verify
