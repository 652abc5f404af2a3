#include "machine_report.hpp"
#include "names.hpp"
#include "replay_id.hpp"
#include "result_json.hpp"

#include <nlohmann/json.hpp>

namespace rwl::verify {

using nlohmann::json;

namespace {

std::string dump(const json& j) {
  return j.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string_view name(standing s) {
  constexpr std::string_view names[] = {"as expected", "undecided", "differs"};
  return names[static_cast<int>(s)];
}

json property_json(property p) {
  const property_info& i = info(p);
  return {{"name", i.name}, {"abbreviation", i.abbreviation}, {"definition", i.definition}};
}

// What is proved of the strategy that the lock follows.
json proved_json(const matrix_cell& c) {
  json theorems = json::array(), models = json::array();
  for (const theorem& t : c.model->theorems)
    theorems.push_back({{"name", t.name}, {"file", t.file()}});
  if (const auto& s = c.model->spin)
    models.push_back({{"model", s->model}, {"processes", s->processes}, {"property", s->formula}});
  return {{"strategy", c.model->strategy},
          {"verdict", c.model->verdict_name()},
          {"any_number_of_threads", c.for_any_number()},
          {"theorems", std::move(theorems)},
          {"models", std::move(models)}};
}

json cell_json(const assessment& a, const matrix_cell& c) {
  json by = json::array();
  for (std::size_t i : c.decided_by)
    by.push_back(a.job_at(i).what->scenario);
  json j = {{"verdict", name(c.selected ? c.says : verdict::not_offered)},
            {"offered", c.offered},
            {"selected", c.selected},
            {"crashed", c.crashed},
            {"standing", name(c.stands)},
            {"decided_by", std::move(by)}};
  if (c.model)
    j["proved"] = proved_json(c);
  return j;
}

json lock_json(const assessment& a, std::size_t row) {
  const lock_info& l = *a.selected.locks[row];
  json cells = json::object();
  for (std::size_t i = 0; i < a.selected.columns.size(); ++i)
    cells[std::string(info(a.selected.columns[i]).name)] = cell_json(a, a.cells[row][i]);
  return {{"name", l.name},
          {"family", l.family},
          {"description", l.description},
          {"cells", std::move(cells)}};
}

json check_json(const assessment& a, std::size_t i) {
  const check& c = *a.job_at(i).what;
  const job_result& r = a.run.results[i];
  json j = r;
  j["lock"] = c.lock;
  j["scenario"] = c.scenario;
  j["threads"] = c.threads;
  j["tier"] = name(c.size);
  // The findings stand in the order of the result.
  for (std::size_t f = 0; f < r.result.findings.size(); ++f)
    for (std::size_t e = 0; e < r.result.findings[f].examples.size(); ++e)
      j["findings"][f]["counterexamples"][e]["replay"] =
          to_string(id_of(c, r.result.findings[f].examples[e]));
  json verdicts = json::object();
  for (const opinion& o : a.opinions[i])
    verdicts[std::string(info(o.about).name)] = {
        {"verdict", name(o.says)}, {"standing", name(o.stands)}, {"remark", o.remark}};
  j["verdicts"] = std::move(verdicts);
  return j;
}

} // namespace

std::string json_report(const assessment& a) {
  json properties = json::array(), locks = json::array(), checks = json::array(),
       differences = json::array(), contradictions = json::array(), shards = json::array();
  for (property p : a.selected.columns)
    properties.push_back(property_json(p));
  for (std::size_t row = 0; row < a.selected.locks.size(); ++row)
    locks.push_back(lock_json(a, row));
  for (std::size_t i = 0; i < a.selected.jobs.size(); ++i)
    checks.push_back(check_json(a, i));
  for (const remark& r : a.differences)
    differences.push_back({{"standing", name(r.stands)}, {"lock", r.lock}, {"text", r.text}});
  for (const remark& r : a.contradictions)
    contradictions.push_back({{"lock", r.lock}, {"text", r.text}});
  for (const shard_run& s : a.run.shards)
    shards.push_back({{"number", s.number}, {"seconds", s.seconds}, {"places", s.places}});
  return dump({{"properties", std::move(properties)},
               {"locks", std::move(locks)},
               {"checks", std::move(checks)},
               {"differences", std::move(differences)},
               {"missing_witnesses", a.missing},
               {"crashed", a.crashed},
               {"contradictions", std::move(contradictions)},
               {"interrupted", a.run.interrupted},
               {"seconds", a.run.seconds},
               {"shards", std::move(shards)},
               {"exit_code", a.exit_code()}});
}

std::string json_trace(const trace& t, std::size_t cycle_begin) {
  return dump({{"trace", t}, {"cycle_begin", cycle_begin}});
}

} // namespace rwl::verify
