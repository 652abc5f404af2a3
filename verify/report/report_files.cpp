#include "report_files.hpp"

#include "machine_report.hpp"
#include "replay_id.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

namespace rwl::verify {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void cannot(std::string_view what, const fs::path& path, std::string_view why) {
  throw file_error(fmt::format("cannot {} {}: {}", what, path.string(), why));
}

void create(const fs::path& directory) {
  std::error_code failed;
  fs::create_directories(directory, failed);
  if (failed)
    cannot("create the directory", directory, failed.message());
  if (access(directory.c_str(), W_OK) != 0)
    cannot("write to", directory, std::strerror(errno));
}

// Only in a directory that holds a report already.
void remove_old_traces(const fs::path& directory) {
  std::error_code ignored;
  if (!fs::exists(directory / "matrix.json", ignored))
    return;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory / "traces", ignored))
    if (entry.path().extension() == ".txt")
      fs::remove(entry.path(), ignored);
}

} // namespace

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in.peek() != std::ifstream::traits_type::eof())
    text << in.rdbuf();
  if (!in.is_open() || in.bad())
    cannot("read", path, std::strerror(errno));
  return text.str();
}

void write_file(const fs::path& path, const std::string& text) {
  const fs::path beside = path.string() + fmt::format(".{}", getpid());
  errno = 0;
  std::ofstream out(beside, std::ios::binary);
  out << text << std::flush;
  out.close();
  const int error = errno;
  std::error_code failed;
  if (!out) {
    fs::remove(beside, failed);
    cannot("write", path, error ? std::strerror(error) : "unknown error");
  }
  fs::rename(beside, path, failed);
  if (failed) {
    const std::string why = failed.message();
    fs::remove(beside, failed);
    cannot("write", path, why);
  }
}

void prepare_report(const fs::path& directory) {
  create(directory);
  create(directory / "traces");
}

void write_report(const fs::path& directory, const assessment& a, const text_style& style,
                  source_tree& sources) {
  prepare_report(directory);
  remove_old_traces(directory);
  std::map<std::string, int> used;
  for (const refutation& r : a.refutations()) {
    const check& c = *a.job_at(r.job).what;
    std::string name = fmt::format("{}.{}.{}", c.lock, slug(c.scenario), info(r.from->about).name);
    std::ranges::replace(name, '/', '-');
    if (const int earlier = used[name]++)
      name += fmt::format(".{}", earlier + 1);
    write_file(directory / "traces" / (name + ".txt"),
               refutation_text(a, r, {false, style.verbose, 0}, style.program, sources) + '\n' +
                   trace_legend());
  }
  write_file(directory / "matrix.txt",
             matrix_text(a, style) + summary_text(a, style) + '\n' + count_text(a));
  write_file(directory / "junit.xml", junit_report(a, sources));
  write_file(directory / "matrix.json", json_report(a));
}

} // namespace rwl::verify
