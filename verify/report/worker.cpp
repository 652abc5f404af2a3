#include "worker.hpp"

#include "result_json.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rwl::verify {

using nlohmann::json;

namespace {

volatile std::sig_atomic_t signals_seen = 0;
search_control control;

void count_signal(int) { signals_seen = signals_seen + 1; }
void stop_on_signal(int) {
  if (control.stop)
    control.stop();
}

// A thread of the program that loops without visible operations can be stopped by nothing else. The
// process has nothing left to lose: it says where, and ends. Looks come by processor time, so that
// a busy machine does not make a slow search a dead one.
constexpr int seconds_between_looks = 10;
int result_pipe = -1;

void look_for_life(int) {
  static pulse before;
  const pulse now = control.feel();
  if (!now.running || now.steps != before.steps) {
    before = now;
    return;
  }
  char text[512];
  const int length = std::snprintf(
      text, sizeof text,
      "{\"error\": \"no visible operation for %d s after %s:%u (%s): is there a loop that does not "
      "wait through Sync?\"}",
      seconds_between_looks, now.last.file, now.last.line, now.last.function);
  const bool sent = write(result_pipe, text, static_cast<std::size_t>(length)) == length;
  _exit(sent ? 0 : 1);
}

void watch_over_search(int pipe) {
  result_pipe = pipe;
  if (!control.feel)
    return;
  struct sigaction action = {};
  action.sa_handler = look_for_life;
  action.sa_flags = SA_RESTART;
  sigaction(SIGPROF, &action, nullptr);
  const itimerval period = {{seconds_between_looks, 0}, {seconds_between_looks, 0}};
  setitimer(ITIMER_PROF, &period, nullptr);
}

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

void handle(int signal, void (*handler)(int), struct sigaction* saved = nullptr) {
  struct sigaction action = {};
  action.sa_handler = handler; // no SA_RESTART: a wait ends
  sigaction(signal, &action, saved);
}

// A signal that comes between fork and the worker's own handler must not be lost.
class signals_held_back {
public:
  signals_held_back() {
    const sigset_t set = watched_signals();
    sigprocmask(SIG_BLOCK, &set, &saved_);
  }
  ~signals_held_back() { sigprocmask(SIG_SETMASK, &saved_, nullptr); }
  signals_held_back(const signals_held_back&) = delete;
  signals_held_back& operator=(const signals_held_back&) = delete;

private:
  sigset_t saved_;
};

std::string dump(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string run_and_describe(const check& c, const check_options& options) {
  try {
    return dump(c.run(options));
  } catch (const std::exception& e) {
    return dump({{"error", fmt::format("exception: {}", e.what())}});
  } catch (...) {
    return dump({{"error", "exception of an unknown type"}});
  }
}

bool write_all(int descriptor, const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t n = write(descriptor, text.data() + sent, text.size() - sent);
    if (n < 0 && errno != EINTR)
      return false;
    sent += n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  return true;
}

} // namespace

signal_watch::signal_watch() {
  signals_seen = 0;
  handle(SIGINT, count_signal, &saved_int_);
  handle(SIGTERM, count_signal, &saved_term_);
}
signal_watch::~signal_watch() {
  sigaction(SIGINT, &saved_int_, nullptr);
  sigaction(SIGTERM, &saved_term_, nullptr);
}
int signal_watch::count() { return signals_seen; }

worker::worker(const job& does, std::size_t index, const runner_settings& settings,
               std::atomic<std::uint64_t>* progress)
    : index_(index) {
  int ends[2];
  if (pipe(ends) != 0)
    return;
  const pid_t parent = getpid();
  {
    const signals_held_back until_handled;
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL); // no orphan goes on searching
      if (getppid() != parent)
        _exit(1);
      control = settings.control;
      handle(SIGINT, stop_on_signal);
      handle(SIGTERM, stop_on_signal);
    }
  }
  if (pid_ == 0) {
    close(ends[0]);
    watch_over_search(ends[1]);
    dup2(STDERR_FILENO, STDOUT_FILENO); // standard output is the report's
    check_options options = settings.options;
    options.progress = progress;
    if (!does.what->has_parts)
      options.part = {};
    _exit(write_all(ends[1], run_and_describe(*does.what, options)) ? 0 : 1);
  }
  close(ends[1]);
  pipe_ = ends[0];
  fcntl(pipe_, F_SETFL, O_NONBLOCK);
  const double limit = settings.options.max_seconds + settings.grace_seconds;
  if (limit < 1e8)
    deadline_ =
        begun_ + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(limit));
  if (pid_ < 0)
    close(pipe_);
}

double worker::seconds() const {
  return std::chrono::duration<double>(clock::now() - begun_).count();
}

bool worker::receive() {
  char buffer[65536];
  ssize_t n;
  while ((n = read(pipe_, buffer, sizeof buffer)) > 0)
    received_.append(buffer, static_cast<std::size_t>(n));
  if (n < 0)
    return false; // more will come
  close(pipe_);
  while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR)
    ;
  return true;
}

job_result worker::parsed() {
  if (WIFSIGNALED(status_))
    return {ending::crashed,
            fmt::format("signal {} ({})", WTERMSIG(status_), strsignal(WTERMSIG(status_))),
            {}};
  if (WEXITSTATUS(status_) != 0)
    return {ending::crashed, fmt::format("exit status {}, no result", WEXITSTATUS(status_)), {}};
  try {
    const json j = json::parse(received_);
    if (j.contains("error"))
      return {ending::crashed, j.at("error").get<std::string>(), {}};
    return {ending::finished, "", j.get<check_result>()};
  } catch (const std::exception& e) {
    return {ending::crashed, std::string("its result cannot be read: ") + e.what(), {}};
  }
}

job_result worker::result() {
  job_result r;
  if (killed_ && asked_)
    r.why = "interrupted";
  else if (killed_)
    r = {ending::out_of_time, fmt::format("killed after {:.0f} s", seconds()), {}};
  else
    r = parsed();
  r.seconds = seconds();
  return r;
}

void worker::ask_to_stop(double grace_seconds) {
  kill(pid_, SIGINT);
  asked_ = true;
  deadline_ = clock::now() + std::chrono::duration_cast<clock::duration>(
                                 std::chrono::duration<double>(grace_seconds));
}

void worker::kill_now() {
  kill(pid_, SIGKILL);
  killed_ = true;
}

void worker::kill_if_late() {
  if (!killed_ && clock::now() > deadline_)
    kill_now();
}

} // namespace rwl::verify
