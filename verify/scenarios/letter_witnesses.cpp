#include "letter_witnesses.hpp"

#include <algorithm>

namespace rwl::verify {

namespace {

// A letter of some thread's script, and the mode that it changes if it does.
struct letter {
  int thread;
  request_form form;
  mode before;

  bool upgrades() const { return form.changes && form.wanted == mode::write; }
  bool is_request() const { return !form.changes || upgrades(); }
  bool waits() const { return is_request() && form.waits; }
  bool waits_to_read() const { return !form.changes && form.waits && form.wanted == mode::read; }
};

bool excludes(mode held, const letter& wanted) {
  if (wanted.upgrades())
    return held == mode::read || (held == mode::upgradeable && wanted.before == mode::read);
  switch (wanted.form.wanted) {
  case mode::read:
    return held == mode::write;
  case mode::upgradeable:
    return held != mode::read;
  default:
    return true;
  }
}

class cast {
public:
  explicit cast(const script_set& set) : rules_(set.held_to) {
    for (int t = 0; t < set.threads; ++t)
      add(t, script_reader(set.scripts[static_cast<std::size_t>(t)]));
  }

  template <class Trait>
  bool some(Trait trait) const {
    return std::ranges::any_of(letters_, trait);
  }

  // Whether another thread may hold what keeps the request out.
  bool contested(const letter& wanted) const {
    return some([&](const letter& l) {
      return l.thread != wanted.thread && excludes(l.form.wanted, wanted);
    });
  }

  bool may_time_out(const letter& l) const { return l.form.timed && contested(l); }
  bool may_be_stopped(const letter& l) const {
    thread_set others = stoppers_;
    others.erase(l.thread);
    return l.form.stoppable && !others.empty() && contested(l);
  }

  // Threads besides this one that wait to read.
  int readers_besides(int thread) const {
    thread_set all;
    for (const letter& l : letters_)
      if (l.thread != thread && l.waits_to_read())
        all.insert(l.thread);
    return all.size();
  }

  // Whether a reader may wait for this request alone, beside somebody inside who does not keep it
  // out.
  bool may_let_in_by_leaving(const letter& l) const {
    if (!rules_.specified || !(may_time_out(l) || may_be_stopped(l)))
      return false;
    if (l.upgrades())
      return readers_besides(l.thread) > 1;
    const bool holds_readers_back =
        rules_.follows != strategy::reader_preferring && rules_.follows != strategy::throughput;
    return holds_readers_back && l.form.wanted == mode::write && readers_besides(l.thread) > 1;
  }

private:
  void add(int t, script_reader script) {
    mode held = mode::read;
    while (!script.done()) {
      const request_form f = script.next();
      if (f.is_stop)
        stoppers_.insert(t);
      else if (!f.stoppable || !stoppers_.contains(t)) // else refused at once
        letters_.push_back({t, f, held});
      held = f.wanted;
    }
  }

  rules rules_;
  std::vector<letter> letters_;
  thread_set stoppers_;
};

} // namespace

std::vector<witness> witnesses_of(const script_set& set, bool shares) {
  const cast all(set);
  const auto some = [&](auto trait) { return all.some(trait); };
  const auto waits_for_readers = [&](const letter& l) {
    return l.waits() && l.upgrades() && l.before == mode::upgradeable && all.contested(l);
  };
  return {
      {evidence::readers_overlapped, "readers overlapped", shares && all.readers_besides(-1) > 1},
      {evidence::writer_waited, "a writer waited", shares && some([&](const letter& l) {
                                                     return l.waits() && !l.waits_to_read() &&
                                                            all.contested(l);
                                                   })},
      {evidence::reader_waited, "a reader waited",
       shares && some([&](const letter& l) { return l.waits_to_read() && all.contested(l); })},
      {evidence::try_refused, "a try was refused",
       some([&](const letter& l) { return l.is_request() && !l.form.waits && all.contested(l); })},
      {evidence::try_let_in, "a try was let in",
       some([](const letter& l) { return l.is_request() && !l.form.waits; })},
      {evidence::let_in_within_limit, "a request with a limit was let in",
       some([](const letter& l) { return l.form.may_give_up(); })},
      {evidence::timed_out, "the time of a waiting request was up",
       some([&](const letter& l) { return all.may_time_out(l); })},
      {evidence::let_in_too_late, "a request was let in after its time was up",
       some([&](const letter& l) { return all.may_time_out(l); })},
      {evidence::stopped, "a waiting request was stopped",
       some([&](const letter& l) { return all.may_be_stopped(l); })},
      {evidence::let_in_while_stopped, "a waiting request was let in as it was stopped",
       some([&](const letter& l) { return all.may_be_stopped(l); })},
      {evidence::let_in_by_quitter, "whoever gave up let others in",
       some([&](const letter& l) { return all.may_let_in_by_leaving(l); })},
      {evidence::upgrade_waited, "an upgrade waited for a reader", some(waits_for_readers)},
      {evidence::upgrade_given_up, "an upgrade was given up", some([&](const letter& l) {
         return l.upgrades() && (all.may_time_out(l) || all.may_be_stopped(l));
       })},
      {evidence::reader_held_back, "a pending upgrade held a reader back",
       some([&](const letter& l) {
         return waits_for_readers(l) && all.readers_besides(l.thread) > 1;
       })},
  };
}

std::vector<witness> witnesses_of_giving_up(const script_set& set) {
  std::vector<witness> all = witnesses_of(set, true);
  std::erase_if(all, [](const witness& w) {
    return w.index != evidence::timed_out && w.index != evidence::stopped;
  });
  return all;
}

void report_witnesses(report& r, const std::vector<witness>& all, std::uint32_t seen,
                      bool finished) {
  for (const witness& w : all) {
    if (seen >> w.index & 1)
      r.result.witnessed.push_back(w.name);
    else if (w.required && finished)
      r.result.missing.push_back(w.name);
  }
}

} // namespace rwl::verify
