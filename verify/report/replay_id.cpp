#include "replay_id.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ranges>
#include <system_error>
#include <vector>

#include <fmt/format.h>

namespace rwl::verify {

namespace {

// No execution is longer; keeps a mistyped id from asking for more memory than there is.
constexpr std::size_t longest_path = 10'000'000;

std::string count_in_letters(std::size_t n) {
  std::string letters;
  for (; n > 0; n = (n - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (n - 1) % 26));
  return letters;
}

bool is_count(char c) { return c >= 'A' && c <= 'Z'; }

} // namespace

std::string compress_runs(std::string_view path) {
  std::string text;
  while (!path.empty()) {
    const std::size_t run = std::min(path.find_first_not_of(path.front()), path.size());
    text += path.front();
    text += count_in_letters(run - 1);
    path.remove_prefix(run);
  }
  return text;
}

std::optional<std::string> expand_runs(std::string_view text) {
  std::string path;
  while (!text.empty()) {
    const char repeated = text.front();
    if (is_count(repeated))
      return std::nullopt;
    text.remove_prefix(1);
    std::size_t more = 0;
    for (; !text.empty() && is_count(text.front()); text.remove_prefix(1)) {
      more = more * 26 + static_cast<std::size_t>(text.front() - 'A') + 1;
      if (path.size() + more > longest_path)
        return std::nullopt;
    }
    path.append(more + 1, repeated);
  }
  return path;
}

std::string slug(std::string_view name) {
  std::string word;
  for (char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '+' ||
                       c == '.' || c == '/' || c == '=' || c == ',';
    if (plain)
      word += c;
    else if (!word.empty() && word.back() != '-')
      word += '-';
  }
  while (!word.empty() && word.back() == '-')
    word.pop_back();
  return word;
}

replay_id id_of(const check& c, const counterexample& example) {
  const bool starvation = example.cycle_begin < example.steps.steps.size();
  return {c.lock, slug(c.scenario), example.path,
          starvation ? example.steps.steps[example.cycle_begin].decision : example.path.size(),
          example.variant};
}

std::string to_string(const replay_id& id) {
  const std::string path = to_string(id.path);
  std::string text =
      id.lock + ':' + id.scenario + ':' + compress_runs(path.substr(0, id.cycle_begin));
  if (id.cycle_begin < path.size())
    text += '.' + compress_runs(path.substr(id.cycle_begin));
  if (id.variant)
    text += fmt::format(":{:x}", id.variant);
  return text;
}

std::optional<replay_id> parse_replay_id(std::string_view text) {
  std::vector<std::string_view> parts;
  for (const auto part : std::views::split(text, ':'))
    parts.emplace_back(part.begin(), part.end());
  if (parts.size() < 3 || parts.size() > 4)
    return std::nullopt;
  replay_id id;
  id.lock = parts[0];
  id.scenario = parts[1];

  const std::string_view path = parts[2];
  const std::size_t point = std::min(path.find('.'), path.size());
  const auto prefix = expand_runs(path.substr(0, point));
  const auto cycle = expand_runs(point < path.size() ? path.substr(point + 1) : "");
  if (!prefix || !cycle || !parse(*prefix + *cycle, id.path))
    return std::nullopt;
  id.cycle_begin = prefix->size();

  if (parts.size() == 4) {
    const char *const begin = parts[3].data(), *const end = begin + parts[3].size();
    const auto [rest, error] = std::from_chars(begin, end, id.variant, 16);
    if (error != std::errc() || rest != end)
      return std::nullopt;
  }
  return id;
}

std::size_t first_step_from(const trace& t, std::size_t decision) {
  const auto step = std::ranges::find_if(
      t.steps, [decision](const trace_step& s) { return s.decision >= decision; });
  return static_cast<std::size_t>(step - t.steps.begin());
}

} // namespace rwl::verify
