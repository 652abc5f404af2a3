// Runs the CppUnit tests linked into this binary.
//
//   unit [--list] [--verbose] [filter...]
//
// A test runs if its name contains one of the filters, or if there is none. The last line of the
// output is "N passed, N failed"; the exit status is 1 if a test failed or none ran.
#include <cppunit/Exception.h>
#include <cppunit/SourceLine.h>
#include <cppunit/Test.h>
#include <cppunit/TestFailure.h>
#include <cppunit/TestListener.h>
#include <cppunit/TestResult.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct options {
  bool list = false;
  bool verbose = false;
  std::vector<std::string_view> filters;

  bool selects(std::string_view test) const {
    return filters.empty() || std::ranges::any_of(filters, [test](std::string_view f) {
             return test.find(f) != std::string_view::npos;
           });
  }
};

// The single tests below a suite, in the order of their registration.
void collect(CppUnit::Test& test, std::vector<CppUnit::Test*>& leaves) {
  if (test.getChildTestCount() == 0 && test.countTestCases() == 1)
    leaves.push_back(&test);
  for (int i = 0; i < test.getChildTestCount(); ++i)
    collect(*test.getChildTestAt(i), leaves);
}

class reporter : public CppUnit::TestListener {
public:
  explicit reporter(bool verbose) : verbose_{verbose} {}

  void startTest(CppUnit::Test* test) override {
    passing_ = true;
    if (verbose_)
      std::cout << test->getName() << std::endl; // flushed, so that a test that hangs is named
  }

  void addFailure(const CppUnit::TestFailure& failure) override {
    passing_ = false;
    std::cout << "FAILED " << failure.failedTestName() << '\n';
    const CppUnit::SourceLine where = failure.sourceLine();
    if (where.isValid())
      std::cout << "  " << where.fileName() << ':' << where.lineNumber() << '\n';
    const CppUnit::Exception& why = *failure.thrownException();
    std::cout << "  " << why.message().shortDescription() << '\n'
              << why.message().details() << std::endl;
  }

  void endTest(CppUnit::Test*) override { ++(passing_ ? passed : failed); }

  int passed = 0;
  int failed = 0;

private:
  bool verbose_;
  bool passing_ = true;
};

int run(const options& o) {
  const std::unique_ptr<CppUnit::Test> all{CppUnit::TestFactoryRegistry::getRegistry().makeTest()};
  std::vector<CppUnit::Test*> tests;
  collect(*all, tests);
  std::erase_if(tests, [&o](CppUnit::Test* t) { return !o.selects(t->getName()); });

  if (o.list) {
    for (const CppUnit::Test* test : tests)
      std::cout << test->getName() << '\n';
    return 0;
  }

  reporter report{o.verbose};
  CppUnit::TestResult result;
  result.addListener(&report);
  for (CppUnit::Test* test : tests)
    test->run(&result);

  if (tests.empty())
    std::cout << "no test matches\n";
  std::cout << report.passed << " passed, " << report.failed << " failed" << std::endl;
  return report.failed == 0 && report.passed > 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  options o;
  for (const std::string_view argument : std::vector<std::string_view>{argv + 1, argv + argc}) {
    if (argument == "--list")
      o.list = true;
    else if (argument == "--verbose")
      o.verbose = true;
    else if (argument.starts_with('-')) {
      std::cerr << "usage: " << argv[0] << " [--list] [--verbose] [filter...]\n";
      return 2;
    } else
      o.filters.push_back(argument);
  }
  return run(o);
}
