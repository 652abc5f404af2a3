// How misuse is reported: the handler first, then the exception.
#include <rwl/misuse.hpp>

#include <string>
#include <system_error>

#include <cppunit/extensions/HelperMacros.h>

namespace {

struct report {
  std::errc error{};
  std::string what;
  int calls = 0;
};
report heard;

void hear(std::errc error, const char* what) { heard = {error, what, heard.calls + 1}; }

struct thrown_instead {};
void throw_instead(std::errc, const char*) { throw thrown_instead(); }

class misuse_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(misuse_test);
  CPPUNIT_TEST(throws_system_error);
  CPPUNIT_TEST(handler_hears_first);
  CPPUNIT_TEST(handler_may_throw_something_else);
  CPPUNIT_TEST(set_returns_the_handler_before);
  CPPUNIT_TEST_SUITE_END();

public:
  void setUp() override { heard = {}; }
  void tearDown() override { rwl::set_misuse_handler(nullptr); }

private:
  static void check_thrown(std::errc error) {
    try {
      rwl::misuse(error, "lock 'cache'");
    } catch (const std::system_error& e) {
      CPPUNIT_ASSERT(e.code() == error);
      CPPUNIT_ASSERT(std::string(e.what()).starts_with("lock 'cache'"));
      return;
    }
  }

  void throws_system_error() {
    check_thrown(std::errc::operation_not_permitted);
    check_thrown(std::errc::resource_deadlock_would_occur);
    CPPUNIT_ASSERT_EQUAL(0, heard.calls);
  }

  void handler_hears_first() {
    rwl::set_misuse_handler(hear);
    check_thrown(std::errc::operation_not_permitted);
    CPPUNIT_ASSERT_EQUAL(1, heard.calls);
    CPPUNIT_ASSERT(heard.error == std::errc::operation_not_permitted);
    CPPUNIT_ASSERT_EQUAL(std::string("lock 'cache'"), heard.what);
  }

  void handler_may_throw_something_else() {
    rwl::set_misuse_handler(throw_instead);
    CPPUNIT_ASSERT_THROW(rwl::misuse(std::errc::operation_not_permitted, "x"), thrown_instead);
  }

  void set_returns_the_handler_before() {
    CPPUNIT_ASSERT(rwl::get_misuse_handler() == nullptr);
    CPPUNIT_ASSERT(rwl::set_misuse_handler(hear) == nullptr);
    CPPUNIT_ASSERT(rwl::get_misuse_handler() == hear);
    CPPUNIT_ASSERT(rwl::set_misuse_handler(throw_instead) == hear);
    CPPUNIT_ASSERT(rwl::set_misuse_handler(nullptr) == throw_instead);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(misuse_test);

} // namespace
