// Relacy's memory model as the scheduler needs it: which stores are readable, and a key for its
// state.
#pragma once

#include "state.hpp"

namespace rwl::verify {

template <int N>
struct weak_memory {
  using thread_info = rl::thread_info<N>;
  using store_history = rl::atomic_data_impl<N>;
  using access_clocks = rl::var_data_impl<N>;
  static constexpr rl::timestamp_t never = static_cast<rl::timestamp_t>(-1);

  static inline std::array<thread_info*, N> infos{}; // filled as the threads start

  static thread_info& info(int t) {
    return t == running_thread() ? *static_cast<thread_info*>(rl::ctx().threadx_) : *infos[t];
  }
  static store_history& stores(const cell& c) { return *static_cast<store_history*>(c.model); }

  static unsigned newest_slot(const cell& c) {
    return c.kind == cell_kind::ghost || !c.model ? 0 : stores(c).current_index_;
  }

  // Mirrors Relacy's own walk back through the stores, which stops at the first one that the thread
  // already knows of: by happens-before, or because a read that happens before has seen it.
  static unsigned readable(const cell& c, int t, bool seq_cst, unsigned newest) {
    if (engine.config.memory == memory_model::sequential || c.kind != cell_kind::atomic)
      return 0;
    const store_history& s = stores(c);
    const thread_info& me = info(t);
    unsigned depth = 0;
    for (unsigned slot = newest; slot > 1; --slot, ++depth) {
      const auto& record = s.history_[slot % history_depth];
      if (seq_cst && record.seq_cst_)
        break;
      if (me.acq_rel_order_[record.thread_id_] >= record.acq_rel_timestamp_)
        break;
      bool seen = false;
      for (int i = 0; i < N; ++i)
        seen = seen || me.acq_rel_order_[i] >= record.first_seen_order_[i];
      if (seen)
        break;
      if (s.current_index_ - (slot - 1) >= history_depth) {
        engine.found->stats.history_exhausted = true;
        break;
      }
    }
    return depth;
  }

  static void end_release_sequence(cell& c, bool releases) {
    store_history& s = stores(c);
    auto& record = s.history_[s.current_index_ % history_depth];
    const auto& me = *static_cast<thread_info*>(rl::ctx().threadx_);
    for (int i = 0; i < N; ++i)
      record.acq_rel_order_[i] = releases ? me.acq_rel_order_[i] : me.release_fence_order_[i];
  }

  static void fence_for(int t) {
    info(t).atomic_thread_fence_seq_cst(rl::ctx().seq_cst_fence_order_);
  }

  static constexpr memory_hooks hooks() {
    return {&readable, &end_release_sequence, &fence_for, &newest_slot};
  }

  // A canonical key of the memory state. Clocks are unbounded and differ between executions that
  // are the same for all that can follow; what matters is only which clock (of a thread, or
  // carried by a readable store) has reached which threshold that the model will ever test.
  class key {
  public:
    explicit key(const std::array<bool, N>& finished) : finished_(finished) {
      sources_.clear();
      thresholds_.clear();
    }

    std::uint64_t compute() {
      for (int t = 0; t < N; ++t)
        if (!finished_[t]) {
          sources_.push_back({tag(1, t), infos[t]->acq_rel_order_});
          if (engine.config.fences) {
            sources_.push_back({tag(2, t), infos[t]->acquire_fence_order_});
            sources_.push_back({tag(3, t), infos[t]->release_fence_order_});
          }
        }
      if (engine.config.fences)
        sources_.push_back({tag(4, 0), rl::ctx().seq_cst_fence_order_});
      for (const cell* c = engine.live_cells.next; c != &engine.live_cells; c = c->next)
        sum_ += of(*c);
      // Under sequential consistency no verdict rests on races, so their thresholds stay out.
      if (engine.config.memory == memory_model::weak)
        for (const threshold& t : thresholds_)
          sum_ += of(t);
      return sum_;
    }

  private:
    struct source {
      std::uint64_t id;
      const rl::timestamp_t* clock;
    };
    struct threshold {
      std::uint64_t id;
      int thread;
      rl::timestamp_t value;
    };
    static inline typename rl::vector<source>::type sources_;
    static inline typename rl::vector<threshold>::type thresholds_;

    static std::uint64_t tag(std::uint64_t a, std::uint64_t b) { return machine::mix(a, b); }

    std::uint64_t of(const cell& c) {
      const std::uint64_t id = tag(reinterpret_cast<std::uintptr_t>(&c), 7);
      const std::uint64_t h = tag(id, c.value);
      switch (c.kind) {
      case cell_kind::atomic:
        if (may_load(c))
          return of_stores(c, id, h);
        [[fallthrough]];
      case cell_kind::token:
        sources_.push_back({tag(id, 1), newest(c).acq_rel_order_});
        return h;
      case cell_kind::plain: {
        const auto& clocks = *static_cast<const access_clocks*>(c.model);
        for (int i = 0; i < N; ++i) {
          add(tag(id, 2), i, clocks.load_acq_rel_timestamp_[i]);
          add(tag(id, 3), i, clocks.store_acq_rel_timestamp_[i]);
        }
        return h;
      }
      case cell_kind::ghost:
        break;
      }
      return h;
    }

    std::uint64_t of_stores(const cell& c, std::uint64_t id, std::uint64_t h) {
      if (engine.config.memory == memory_model::sequential)
        return h;
      const store_history& s = stores(c);
      unsigned depth = 0;
      for (int t = 0; t < N; ++t)
        if (!finished_[t])
          depth = std::max(depth, readable(c, t, false, s.current_index_));
      for (unsigned older = 0; older <= depth; ++older) {
        const unsigned slot = (s.current_index_ - older) % history_depth;
        const auto& record = s.history_[slot];
        const std::uint64_t store_id = tag(id, 100 + older);
        h = tag(h, c.past[slot] * 2 + record.seq_cst_);
        sources_.push_back({store_id, record.acq_rel_order_});
        add(tag(store_id, 1), record.thread_id_, record.acq_rel_timestamp_);
        for (int i = 0; i < N; ++i)
          if (record.first_seen_order_[i] != never)
            add(tag(store_id, 2), i, record.first_seen_order_[i]);
      }
      return h;
    }

    const typename store_history::history_record& newest(const cell& c) const {
      return stores(c).history_[stores(c).current_index_ % history_depth];
    }

    void add(std::uint64_t id, int thread, rl::timestamp_t value) {
      if (value)
        thresholds_.push_back({id, thread, value});
    }

    std::uint64_t of(const threshold& t) const {
      bool known_to_all = true; // then nothing can depend on it any more
      for (int i = 0; i < N; ++i)
        known_to_all =
            known_to_all && (finished_[i] || infos[i]->acq_rel_order_[t.thread] >= t.value);
      if (known_to_all)
        return 0;
      std::uint64_t reached = 0;
      for (const source& s : sources_)
        if (s.clock[t.thread] >= t.value)
          reached += tag(s.id, 31);
      return tag(tag(t.id, static_cast<std::uint64_t>(t.thread)), reached);
    }

    const std::array<bool, N>& finished_;
    std::uint64_t sum_ = 0x777;
  };
};

} // namespace rwl::verify
