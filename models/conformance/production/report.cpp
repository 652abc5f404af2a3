#include "report.hpp"

#include <iterator>

#include <fmt/format.h>

namespace rwl::conformance {

namespace {

using accounts = std::vector<account>;

void count(result& r, bool good) { ++(good ? r.passed : r.failed); }

// "reader_preferring" in two lines.
std::pair<std::string, std::string> in_two(const std::string& name) {
  const std::size_t cut = name.find_first_of("_<");
  if (name.size() <= 10 || cut == name.npos)
    return {"", name};
  const std::size_t second = name[cut] == '_' ? cut + 1 : cut;
  return {name.substr(0, second), name.substr(second)};
}

std::string heads(const std::vector<subject>& subjects) {
  std::string first = fmt::format("{:34}", ""), second = first;
  for (const subject& s : subjects) {
    const auto [above, below] = in_two(s.name);
    first += fmt::format(" {:>10}", above);
    second += fmt::format(" {:>10}", below);
  }
  return first + '\n' + second + '\n';
}

// How often it was seen in each lock; "none!" where it must be seen.
template <class What>
void add_row(result& r, What what, const std::vector<subject>& subjects, const accounts& all) {
  r.text += fmt::format("{:34}", name(what));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::uint64_t seen = all[i].seen.count(what);
    const bool wanted = all[i].failure.empty() && subjects[i].must_see(what);
    if (wanted)
      count(r, seen > 0);
    r.text += fmt::format(" {:>10}", seen > 0 ? fmt::format("{}", seen) : wanted ? "none!" : "-");
  }
  r.text += '\n';
}

std::string figures(const subject& s, const account& a) {
  return fmt::format(
      "  {:20} {:>9} events in {:>4} rounds, recorded in {:4.1f} s, {:.2f} million a "
      "second, judged in {:.2f} s\n",
      s.name, a.events, a.rounds, a.recording, static_cast<double>(a.events) / a.recording / 1e6,
      a.judging);
}

std::string wrong_name(const table& t) {
  return t.broken == verify::rule::none ? t.name()
                                        : fmt::format("its own without {}", name(t.broken));
}

void add_rejections(result& r, const subject& s, const account& a) {
  r.text += fmt::format("  {}\n", s.name);
  for (std::size_t i = 0; i < s.rejected_by.size(); ++i) {
    const auto after = a.rejected_after[i];
    count(r, after.has_value());
    r.text += fmt::format("    {:50} {}\n", wrong_name(s.rejected_by[i]),
                          after ? fmt::format("after {} events", *after)
                                : "ACCEPTED: this check could not fail; record more --events");
  }
}

} // namespace

result account_text(const std::vector<subject>& subjects, const accounts& all) {
  result r;
  r.text = "Seen\n" + heads(subjects);
  for (int e = 0; e < event_count; ++e)
    add_row(r, static_cast<event>(e), subjects, all);
  for (int s = 0; s < situation_count; ++s)
    add_row(r, static_cast<situation>(s), subjects, all);
  if (r.failed > 0)
    r.text += "none!: must happen, and did not; record more --events\n";
  r.text += "\nRejected by the tables of others, and by its own without one of the rules\n";
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].failure.empty())
      add_rejections(r, subjects[i], all[i]);
  r.text += "\nHeld against its own table\n";
  for (std::size_t i = 0; i < all.size(); ++i) {
    r.text += all[i].failure.empty() ? figures(subjects[i], all[i])
                                     : fmt::format("  REJECTED: {}\n", all[i].failure);
    count(r, all[i].failure.empty());
  }
  return r;
}

result defect_text(const suspect& d, const std::optional<rejection>& r) {
  result all;
  count(all, r.has_value());
  all.text = fmt::format("  {}: {}\n    {}\n", d.name, d.what,
                         r ? fmt::format("rejected by {} after {} events; --lock {} shows it",
                                         d.claims.name(), r->after, d.name)
                           : "ACCEPTED by " + d.claims.name());
  return all;
}

} // namespace rwl::conformance
