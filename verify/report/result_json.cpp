#include "result_json.hpp"

#include "names.hpp"

#include <set>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

namespace rwl::verify {

using nlohmann::json;

namespace {

// A location points to text that outlives it: that of received ones is kept here.
const char* keep(const std::string& text) {
  static std::set<std::string> kept;
  return kept.insert(text).first->c_str();
}

template <class T>
T required(std::optional<T> named, const std::string& text) {
  if (!named)
    throw std::invalid_argument("unknown name '" + text + "'");
  return *named;
}

json step_json(const trace_step& s, int threads) {
  json phases = json::array();
  for (int t = 0; t < threads; ++t)
    phases.push_back(static_cast<int>(s.phases[static_cast<std::size_t>(t)]));
  return {{"thread", s.thread},         {"decision", s.decision}, {"operation", s.operation},
          {"object", s.object},         {"value", s.value},       {"argument", s.argument},
          {"succeeded", s.succeeded},   {"order", s.order},       {"stale", s.stale},
          {"reads_from", s.reads_from}, {"file", s.at.file},      {"line", s.at.line},
          {"function", s.at.function},  {"state", s.state},       {"events", s.events},
          {"phases", std::move(phases)}};
}

trace_step step_from(const json& j) {
  trace_step s;
  j.at("thread").get_to(s.thread);
  j.at("decision").get_to(s.decision);
  j.at("operation").get_to(s.operation);
  j.at("object").get_to(s.object);
  j.at("value").get_to(s.value);
  j.at("argument").get_to(s.argument);
  j.at("succeeded").get_to(s.succeeded);
  j.at("order").get_to(s.order);
  j.at("stale").get_to(s.stale);
  j.at("reads_from").get_to(s.reads_from);
  s.at = {keep(j.at("file").get<std::string>()), keep(j.at("function").get<std::string>()),
          j.at("line").get<std::uint32_t>()};
  j.at("state").get_to(s.state);
  j.at("events").get_to(s.events);
  const json& phases = j.at("phases");
  for (std::size_t t = 0; t < s.phases.size() && t < phases.size(); ++t)
    s.phases[t] = static_cast<phase>(phases[t].get<int>());
  return s;
}

json example_json(const counterexample& e) {
  return {{"headline", e.headline},
          {"trace", e.steps},
          {"cycle_begin", e.cycle_begin},
          {"path", to_string(e.path)},
          {"variant", e.variant}};
}

counterexample example_from(const json& j) {
  counterexample e;
  j.at("headline").get_to(e.headline);
  j.at("trace").get_to(e.steps);
  j.at("cycle_begin").get_to(e.cycle_begin);
  if (!parse(j.at("path").get<std::string>(), e.path))
    throw std::invalid_argument("malformed path");
  j.at("variant").get_to(e.variant);
  return e;
}

json finding_json(const finding& f) {
  json examples = json::array();
  for (const counterexample& e : f.examples)
    examples.push_back(example_json(e));
  return {{"property", info(f.about).name},
          {"verdict", name(f.says)},
          {"evidence", f.evidence},
          {"bound", f.bound},
          {"counterexamples", std::move(examples)}};
}

finding finding_from(const json& j) {
  const auto about = j.at("property").get<std::string>();
  const auto says = j.at("verdict").get<std::string>();
  finding f;
  f.about = required(property_named(about), about);
  f.says = required(verdict_named(says), says);
  j.at("evidence").get_to(f.evidence);
  j.at("bound").get_to(f.bound);
  for (const json& e : j.at("counterexamples"))
    f.examples.push_back(example_from(e));
  return f;
}

json site_json(const operation_site& s) {
  return {s.file,
          s.line,
          s.function,
          s.operation,
          static_cast<int>(s.order),
          static_cast<int>(s.failure_order),
          s.changes};
}

operation_site site_from(const json& j) {
  return {j.at(0),
          j.at(1),
          j.at(2),
          j.at(3),
          static_cast<std::memory_order>(j.at(4).get<int>()),
          static_cast<std::memory_order>(j.at(5).get<int>()),
          j.at(6)};
}

} // namespace

void to_json(json& j, const statistics& s) {
  j = {{"executions", s.executions},
       {"complete", s.complete},
       {"steps", s.steps},
       {"longest", s.longest},
       {"states", s.states},
       {"traces", s.traces},
       {"seconds", s.seconds},
       {"key_conflicts", s.key_conflicts},
       {"history_exhausted", s.history_exhausted}};
}

void from_json(const json& j, statistics& s) {
  j.at("executions").get_to(s.executions);
  j.at("complete").get_to(s.complete);
  j.at("steps").get_to(s.steps);
  j.at("longest").get_to(s.longest);
  j.at("states").get_to(s.states);
  j.at("traces").get_to(s.traces);
  j.at("seconds").get_to(s.seconds);
  j.at("key_conflicts").get_to(s.key_conflicts);
  j.at("history_exhausted").get_to(s.history_exhausted);
}

void to_json(json& j, const trace& t) {
  json steps = json::array();
  for (const trace_step& s : t.steps)
    steps.push_back(step_json(s, t.threads));
  j = {{"threads", t.threads},
       {"failure_kind", t.failure_kind},
       {"failure_message", t.failure_message},
       {"steps", std::move(steps)},
       {"blocked", t.blocked}};
}

void from_json(const json& j, trace& t) {
  j.at("threads").get_to(t.threads);
  j.at("failure_kind").get_to(t.failure_kind);
  j.at("failure_message").get_to(t.failure_message);
  j.at("blocked").get_to(t.blocked);
  t.steps.clear();
  for (const json& s : j.at("steps"))
    t.steps.push_back(step_from(s));
}

void to_json(json& j, const check_result& r) {
  json findings = json::array();
  for (const finding& f : r.findings)
    findings.push_back(finding_json(f));
  json sites = json::array();
  for (const operation_site& s : r.sites)
    sites.push_back(site_json(s));
  j = {{"findings", std::move(findings)}, {"statistics", r.stats}, {"sites", std::move(sites)},
       {"witnessed", r.witnessed},        {"missing", r.missing},  {"interrupted", r.interrupted}};
}

void from_json(const json& j, check_result& r) {
  r.findings.clear();
  r.sites.clear();
  for (const json& f : j.at("findings"))
    r.findings.push_back(finding_from(f));
  for (const json& s : j.at("sites"))
    r.sites.push_back(site_from(s));
  j.at("statistics").get_to(r.stats);
  j.at("witnessed").get_to(r.witnessed);
  j.at("missing").get_to(r.missing);
  j.at("interrupted").get_to(r.interrupted);
}

void to_json(json& j, const job_result& r) {
  j = r.result;
  j["ending"] = name(r.how);
  j["why"] = r.why;
  j["seconds"] = r.seconds;
}

void from_json(const json& j, job_result& r) {
  j.get_to(r.result);
  const auto how = j.at("ending").get<std::string>();
  r.how = required(ending_named(how), how);
  j.at("why").get_to(r.why);
  j.at("seconds").get_to(r.seconds);
}

} // namespace rwl::verify
