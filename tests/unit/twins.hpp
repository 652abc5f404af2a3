#pragma once

#include <thread>

namespace rwl::test {

// A value and its copy: who looks while another changes them finds that they differ.
class twins {
public:
  void change() {
    ++value_;
    std::this_thread::yield();
    ++copy_;
  }
  bool agree() const { return value_ == copy_; }
  long get() const { return value_; }

private:
  long value_ = 0;
  long copy_ = 0;
};

} // namespace rwl::test
