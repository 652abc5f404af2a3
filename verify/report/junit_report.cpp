#include "machine_report.hpp"
#include "text_report.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rwl::verify {

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\n':
    case '\t':
      out += c;
      break;
    default:
      out += static_cast<unsigned char>(c) < 0x20 ? '?' : c; // not allowed in XML
    }
  }
  return out;
}

struct counts {
  std::size_t tests = 0, failures = 0, errors = 0;
};

class suite {
public:
  suite(const assessment& a, const std::string& name, source_tree& sources)
      : a_(a), name_(name), sources_(sources) {
    for (std::size_t i = 0; i < a.opinions.size(); ++i)
      if (a.job_at(i).lock->name == name)
        of_check(i);
    std::string others;
    for (const remark& r : a.differences)
      if (r.lock == name && r.stands == standing::differs)
        others += r.text + '\n';
    std::string contradicted;
    for (const remark& r : a.contradictions)
      if (r.lock == name)
        contradicted += r.text + '\n';
    if (!contradicted.empty())
      test("theorems", 0, problem("failure", "the explorer contradicts a theorem", contradicted));
    test("expected matrix", 0, others.empty() ? "" : problem("failure", "not as expected", others));
  }

  std::string text() const {
    return fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
                       "time=\"{:.3f}\">\n{}  </testsuite>\n",
                       escaped(name_), count.tests, count.failures, count.errors, seconds_, cases_);
  }

  counts count;

private:
  void of_check(std::size_t i) {
    const check& c = *a_.job_at(i).what;
    const job_result& r = a_.run.results[i];
    double seconds = r.seconds; // counted once
    for (const opinion& o : a_.opinions[i]) {
      test(fmt::format("{}: {}", c.scenario, info(o.about).name), seconds, verdict_on(i, o));
      seconds = 0;
    }
    const std::string title = fmt::format("{} / {}: ", c.lock, c.scenario);
    for (const std::string& witness : a_.missing)
      if (witness.starts_with(title))
        test(witness, 0, problem("failure", "a witness was not reached", witness));
    for (const std::string& crash : a_.crashed)
      if (crash.starts_with(title))
        test(c.scenario, 0, problem("error", crash, crash));
  }

  std::string verdict_on(std::size_t i, const opinion& o) {
    if (o.stands == standing::as_expected)
      return "";
    std::string text = o.remark;
    if (o.says == verdict::refuted && o.from)
      for (const counterexample& e : o.from->examples)
        text += "\n\n" + refutation_text(a_, {i, o.from, &e, false}, {}, "build/verify", sources_);
    return problem(o.stands == standing::differs ? "failure" : "error", o.remark, text);
  }

  std::string problem(std::string_view kind, std::string_view message, std::string_view text) {
    ++(kind == "failure" ? count.failures : count.errors);
    return fmt::format("<{0} message=\"{1}\">{2}</{0}>", kind, escaped(message), escaped(text));
  }

  void test(std::string_view test_name, double seconds, const std::string& inside) {
    ++count.tests;
    seconds_ += seconds;
    cases_ += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"{}\n",
                          escaped(name_), escaped(test_name), seconds,
                          inside.empty() ? "/>" : ">" + inside + "</testcase>");
  }

  const assessment& a_;
  const std::string& name_;
  source_tree& sources_;
  double seconds_ = 0;
  std::string cases_;
};

} // namespace

std::string junit_report(const assessment& a, source_tree& sources) {
  std::vector<std::string> names;
  for (const lock_info* l : a.selected.locks)
    names.push_back(l->name);
  for (const remark& r : a.differences) // locks that are expected and gone
    if (std::ranges::find(names, r.lock) == names.end())
      names.push_back(r.lock);

  counts all;
  std::string suites;
  for (const std::string& name : names) {
    const suite s(a, name, sources);
    suites += s.text();
    all.tests += s.count.tests;
    all.failures += s.count.failures;
    all.errors += s.count.errors;
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"verify\" "
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\">\n{}</testsuites>\n",
      all.tests, all.failures, all.errors, a.run.seconds, suites);
}

} // namespace rwl::verify
