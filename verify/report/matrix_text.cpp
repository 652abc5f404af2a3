#include "style.hpp"
#include "text_report.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

namespace rwl::verify {

namespace {

constexpr std::size_t widest_text = 100;

struct symbol {
  std::string_view text;
  colour shade;
};

symbol symbol_of(const matrix_cell& c) {
  if (!c.offered)
    return {"-", colour::grey};
  if (!c.selected)
    return {".", colour::grey};
  if (c.crashed)
    return {"XX", colour::red};
  switch (c.says) {
  case verdict::holds_complete:
    return {"ok", colour::green};
  case verdict::holds_bounded:
    return {"<k", colour::yellow};
  case verdict::refuted:
    return {"NO", c.stands == standing::as_expected ? colour::yellow : colour::red};
  default:
    return {"?", colour::grey};
  }
}

// One column: the symbol or the abbreviation, and room for the mark.
std::size_t column_width(property p) {
  return std::max<std::size_t>(info(p).abbreviation.size(), 2) + 1;
}

class table {
public:
  table(const assessment& a, const text_style& style) : a_(a), paint_{style.colour} {
    std::size_t columns = 0;
    for (property p : a.selected.columns)
      columns += column_width(p);
    for (const lock_info* l : a.selected.locks)
      name_width_ = std::max(name_width_, l->name.size() + 1);
    const std::size_t gaps = a.selected.columns.size();
    if (columns + gaps + name_width_ > widest_text)
      gap_ = ""; // the room for the marks has to do
    else
      columns += gaps;
    const std::size_t room = widest_text > columns + 8 ? widest_text - columns - 1 : 8;
    name_width_ = std::min(name_width_, room);
  }

  std::string text() {
    header();
    const std::string* family = nullptr;
    for (std::size_t i = 0; i < a_.selected.locks.size(); ++i) {
      const lock_info& l = *a_.selected.locks[i];
      if (!family || *family != l.family)
        out_ += paint_(colour::bold, l.family) + '\n';
      family = &l.family;
      row(l, a_.cells[i]);
    }
    return out_ + legend();
  }

private:
  void header() {
    std::string line = std::string(name_width_ + 1, ' ');
    for (property p : a_.selected.columns)
      line += fmt::format("{:<{}}{}", info(p).abbreviation, column_width(p), gap_);
    out_ += paint_(colour::bold, line.substr(0, line.find_last_not_of(' ') + 1)) + '\n';
  }

  void row(const lock_info& l, const std::vector<matrix_cell>& cells) {
    std::string name = " " + l.name;
    if (name.size() > name_width_)
      name = name.substr(0, name_width_ - 1) + '~';
    out_ += fmt::format("{:<{}} ", name, name_width_);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const symbol s = symbol_of(cells[i]);
      const bool marked = cells[i].stands == standing::differs;
      const std::string_view mark = marked ? "!" : cells[i].for_any_number() ? "*" : "";
      const std::string text = fmt::format("{}{}", s.text, mark);
      out_ += paint_(marked ? colour::red : s.shade, text) +
              std::string(column_width(a_.selected.columns[i]) - text.size(), ' ') + gap_;
    }
    out_.erase(out_.find_last_not_of(' ') + 1);
    out_ += '\n';
  }

  std::string legend() const {
    std::string names;
    for (std::size_t i = 0; i < a_.selected.columns.size(); ++i) {
      const property_info& p = info(a_.selected.columns[i]);
      const bool ends_line = i % 3 == 2 || i + 1 == a_.selected.columns.size();
      names += fmt::format("{:<4}{:<{}}{}", p.abbreviation, p.name, ends_line ? 0 : 28,
                           ends_line ? "\n" : "");
    }
    std::string symbols = "ok holds in every execution; <k holds within a bound; NO refuted by a "
                          "counterexample; ? not decided; XX crashed; - not offered; . not "
                          "selected; ! not as expected";
    if (any_theorem())
      symbols += "; * its strategy has it for any number of threads (docs/proofs.md)";
    return fmt::format("\n{}\n{}\n\n", names, wrapped(symbols, 0));
  }

  bool any_theorem() const {
    return std::ranges::any_of(a_.cells, [](const auto& row) {
      return std::ranges::any_of(row, &matrix_cell::for_any_number);
    });
  }

  const assessment& a_;
  palette paint_;
  std::size_t name_width_ = 6;
  std::string gap_ = " ";
  std::string out_;
};

} // namespace

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::istringstream words(text);
  std::string out;
  std::size_t column = 0;
  for (std::string word; words >> word;) {
    if (column > 0 && column + 1 + word.size() > width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string matrix_text(const assessment& a, const text_style& style) {
  return table(a, style).text();
}

} // namespace rwl::verify
