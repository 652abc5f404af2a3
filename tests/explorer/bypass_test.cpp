// The bound of bounded barging is a parameter: a lock keeps its own, and breaks a smaller one.
#include "verdicts.hpp"

#include <rwl/rwlock.hpp>

namespace rwl::verify {

namespace {

using namespace test;

template <unsigned K>
using throughput = basic_rwlock<rwl::strategy::throughput<K>, explorer_sync>;

constexpr rules bounded_by(int k) {
  return {.specified = true, .follows = strategy::throughput, .bypass_bound = k};
}

class bypass_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(bypass_test);
  CPPUNIT_TEST(every_bound_is_kept);
  CPPUNIT_TEST(a_larger_bound_breaks_a_smaller_one);
  CPPUNIT_TEST_SUITE_END();

  void every_bound_is_kept() {
    assert_holds(plan_for<throughput<1>>(bounded_by(1)), "rounds W|RR", property::writer_bypass);
    assert_holds(plan_for<throughput<2>>(bounded_by(2)), "rounds W|RR", property::writer_bypass);
    assert_holds(plan_for<throughput<3>>(bounded_by(3)), "rounds W|RR", property::writer_bypass);
    assert_holds(plan_for<throughput<1>>(bounded_by(1)), "mix R+R+W+W", property::refinement);
  }
  void a_larger_bound_breaks_a_smaller_one() {
    assert_refuted(plan_for<throughput<2>>(bounded_by(1)), "rounds W|RR", property::writer_bypass);
    assert_refuted(plan_for<throughput<3>>(bounded_by(2)), "rounds W|RR", property::writer_bypass);
    assert_refuted(plan_for<throughput<2>>(bounded_by(1)), "mix R+R+W+W", property::refinement);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(bypass_test);

} // namespace

} // namespace rwl::verify
