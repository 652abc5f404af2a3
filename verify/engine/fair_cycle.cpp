#include "fair_cycle.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

namespace rwl::verify {

namespace {

using node_index = std::uint32_t;
using edge_index = std::uint32_t;
using component = std::vector<node_index>;
constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

class fair_cycle_search {
public:
  fair_cycle_search(const state_graph& g, int threads, fairness f)
      : graph_(g),
        threads_((1u << threads) - 1),
        strong_(f == fairness::strong),
        first_(g.nodes.size() + 1),
        out_(g.edges.size()) {
    for (const auto& e : g.edges)
      ++first_[e.from + 1];
    for (std::size_t i = 1; i < first_.size(); ++i)
      first_[i] += first_[i - 1];
    std::vector<edge_index> next(first_.begin(), first_.end() - 1);
    for (edge_index e = 0; e < g.edges.size(); ++e)
      out_[next[g.edges[e].from]++] = e;
  }

  // A fair component among the nodes of `inside`, if there is one.
  std::optional<component> fair_component(const std::vector<char>& inside) const {
    for (const component& c : components(inside)) {
      if (c.size() == 1 && !loops(c.front()))
        continue;
      std::vector<char> members(graph_.nodes.size(), 0);
      for (node_index v : c)
        members[v] = 1;
      const std::uint32_t starved = threads_ & ~running(c, members) & obliged(c);
      if (!starved)
        return c;
      if (!strong_)
        continue;
      for (node_index v : c)
        if (must_run(v) & starved)
          members[v] = 0;
      if (auto smaller = fair_component(members))
        return smaller;
    }
    return std::nullopt;
  }

  // A node of `inside` where nobody has to run: all others may have stopped in their remainders.
  std::optional<node_index> standstill(const std::vector<char>& inside) const {
    for (node_index v = 0; v < inside.size(); ++v)
      if (inside[v] && !must_run(v))
        return v;
    return std::nullopt;
  }

  decisions path_to(node_index goal) const {
    const std::vector<char> anywhere(graph_.nodes.size(), 1);
    node_index at = 0;
    decisions path;
    walk(
        at, anywhere, [goal](node_index v) { return v == goal; }, path);
    return path;
  }

  // Round the component, running every thread that runs there at least once.
  decisions tour(const component& c) const {
    std::vector<char> members(graph_.nodes.size(), 0);
    for (node_index v : c)
      members[v] = 1;
    decisions path;
    node_index at = c.front();
    std::uint32_t left = running(c, members);
    while (left) {
      const auto edge_of_left = [&](node_index v) { return edge_within(v, members, left) != none; };
      walk(at, members, edge_of_left, path);
      const edge_index e = edge_within(at, members, left);
      left &= ~(1u << graph_.edges[e].thread);
      append(path, e);
      at = graph_.edges[e].to;
    }
    walk(
        at, members, [&](node_index v) { return v == c.front(); }, path);
    return path;
  }

private:
  struct span {
    const edge_index *begin_, *end_;
    const edge_index* begin() const { return begin_; }
    const edge_index* end() const { return end_; }
  };
  span edges_of(node_index v) const {
    return {out_.data() + first_[v], out_.data() + first_[v + 1]};
  }

  std::uint32_t running(const component& c, const std::vector<char>& members) const {
    std::uint32_t who = 0;
    for (node_index v : c)
      for (edge_index e : edges_of(v))
        if (members[graph_.edges[e].to])
          who |= 1u << graph_.edges[e].thread;
    return who;
  }
  bool loops(node_index v) const {
    return std::any_of(edges_of(v).begin(), edges_of(v).end(),
                       [&](edge_index e) { return graph_.edges[e].to == v; });
  }

  // Threads that can run and may not stop here. In its remainder a thread may stay for ever.
  std::uint32_t must_run(node_index v) const {
    std::uint32_t who = graph_.nodes[v].enabled;
    for (int t = 0; t < thread_limit; ++t)
      if (graph_.nodes[v].phases[static_cast<std::size_t>(t)] == phase::remainder)
        who &= ~(1u << t);
    return who;
  }

  // Threads that a fair cycle through all of the component must run.
  std::uint32_t obliged(const component& c) const {
    std::uint32_t ever = 0, always = ~0u;
    for (node_index v : c) {
      ever |= must_run(v);
      always &= must_run(v);
    }
    return strong_ ? ever : always;
  }

  edge_index edge_within(node_index v, const std::vector<char>& members,
                         std::uint32_t threads) const {
    for (edge_index e : edges_of(v))
      if (members[graph_.edges[e].to] && (threads >> graph_.edges[e].thread & 1))
        return e;
    return none;
  }

  void append(decisions& path, edge_index index) const {
    const state_graph::edge& e = graph_.edges[index];
    path.push_back({true, e.thread, 0});
    for (unsigned i = 0; i < e.choices; ++i)
      path.push_back({false, static_cast<std::uint8_t>(e.data >> (4 * i) & 15), 0});
  }

  // Breadth first from `at` within `members` to a node that satisfies `goal`.
  template <class Goal>
  void walk(node_index& at, const std::vector<char>& members, Goal goal, decisions& path) const {
    std::vector<edge_index> reached_by(graph_.nodes.size(), none);
    std::deque<node_index> queue{at};
    std::vector<char> seen(graph_.nodes.size(), 0);
    seen[at] = 1;
    node_index found = none;
    while (!queue.empty() && found == none) {
      const node_index v = queue.front();
      queue.pop_front();
      if (goal(v)) {
        found = v;
        break;
      }
      for (edge_index e : edges_of(v)) {
        const node_index w = graph_.edges[e].to;
        if (!members[w] || seen[w])
          continue;
        seen[w] = 1;
        reached_by[w] = e;
        queue.push_back(w);
      }
    }
    if (found == none)
      return;
    std::vector<edge_index> edges;
    for (node_index v = found; v != at; v = graph_.edges[reached_by[v]].from)
      edges.push_back(reached_by[v]);
    for (auto e = edges.rbegin(); e != edges.rend(); ++e)
      append(path, *e);
    at = found;
  }

  // Tarjan's strongly connected components, without recursion.
  std::vector<component> components(const std::vector<char>& inside) const {
    const std::size_t n = graph_.nodes.size();
    std::vector<std::uint32_t> order(n, none), low(n, 0);
    std::vector<char> on_stack(n, 0);
    std::vector<node_index> stack;
    std::vector<component> found;
    struct frame {
      node_index node;
      std::size_t next;
    };
    std::vector<frame> calls;
    std::uint32_t count = 0;
    const auto open = [&](node_index v) {
      order[v] = low[v] = count++;
      stack.push_back(v);
      on_stack[v] = 1;
      calls.push_back({v, first_[v]});
    };
    for (node_index root = 0; root < n; ++root) {
      if (!inside[root] || order[root] != none)
        continue;
      open(root);
      while (!calls.empty()) {
        const node_index v = calls.back().node;
        if (calls.back().next < first_[v + 1]) {
          const node_index w = graph_.edges[out_[calls.back().next++]].to;
          if (!inside[w])
            continue;
          if (order[w] == none)
            open(w);
          else if (on_stack[w])
            low[v] = std::min(low[v], order[w]);
          continue;
        }
        calls.pop_back();
        if (!calls.empty())
          low[calls.back().node] = std::min(low[calls.back().node], low[v]);
        if (low[v] != order[v])
          continue;
        component c;
        node_index w;
        do {
          w = stack.back();
          stack.pop_back();
          on_stack[w] = 0;
          c.push_back(w);
        } while (w != v);
        std::reverse(c.begin(), c.end());
        found.push_back(std::move(c));
      }
    }
    return found;
  }

  const state_graph& graph_;
  std::uint32_t threads_;
  bool strong_;
  std::vector<edge_index> first_; // edges of node v: out_[first_[v]] up to out_[first_[v + 1]]
  std::vector<edge_index> out_;
};

} // namespace

lasso find_fair_cycle(const state_graph& g, int threads, int thread, phase stuck, fairness f) {
  const fair_cycle_search search(g, threads, f);
  std::vector<char> inside(g.nodes.size());
  for (std::size_t v = 0; v < inside.size(); ++v)
    inside[v] = g.nodes[v].phases[static_cast<std::size_t>(thread)] == stuck &&
                !(g.nodes[v].finished >> thread & 1);
  lasso result;
  if (const auto stop = search.standstill(inside)) {
    result.found = true;
    result.component = 1;
    result.prefix = search.path_to(*stop);
    return result;
  }
  const auto c = search.fair_component(inside);
  if (!c)
    return result;
  result.found = true;
  result.component = c->size();
  result.prefix = search.path_to(c->front());
  result.cycle = search.tour(*c);
  return result;
}

} // namespace rwl::verify
