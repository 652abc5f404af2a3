// Explorations into verdicts: which properties has a search of a scenario's program decided?
#pragma once

#include "check.hpp"
#include "conditions.hpp"
#include "forever.hpp"
#include "giving_up.hpp"
#include "meetings.hpp"
#include "reentrancy.hpp"
#include "rounds.hpp"
#include "scripts.hpp"

#include <functional>

namespace rwl::verify {

template <class Parameters>
using recipe_for = recipe (*)(const Parameters&);

// What a program in letters decides: of the changes of mode and the giving up in it, and in all.
std::vector<property> promises_of(const script_set&);
std::vector<property> safety_columns(const script_set&);
std::vector<property> conserving_columns(const script_set&);
std::vector<property> giving_up_columns(const script_set&);
std::vector<property> starvation_columns(const script_set&);
const std::vector<property>& order_columns();

// The standard program. Both reductions are run, and must agree, when `twice`.
check_result judge_scripts(recipe_for<script_set>, const script_set&, bool shares, bool twice,
                           const check_options&);
check_result judge_rounds(recipe_for<rounds_set>, const rounds_set&, const check_options&);
check_result judge_forever(recipe_for<script_set>, const script_set&, memory_model,
                           const check_options&);
check_result judge_meeting(recipe_for<party>, const party&, const check_options&);
check_result judge_conserving(recipe_for<script_set>, const script_set&, const check_options&);
check_result judge_giving_up(recipe_for<script_set>, const script_set&, const check_options&);
check_result judge_teardown(recipe_for<population>, const population&, const check_options&);
check_result judge_upgrading(recipe_for<population>, const population&, const check_options&);
check_result judge_condition(recipe_for<condition_set>, const condition_set&, const check_options&);
check_result judge_nesting(recipe_for<nesting_set>, const nesting_set&, const check_options&);

// Any program: it ends well in every execution, having reached the cases with these names (witness
// 0, 1, …) in some, or the property is refuted.
check_result judge_program(const recipe&, property, const std::vector<std::string>& cases,
                           const check_options&);

// A program run again along the path of a counterexample that was found with such options: exactly
// the recorded steps.
trace replay_of(const recipe&, options like, const decisions& path);

// The same for what a judge has found, by the options and the variant of the program that it uses.
trace replay_scripts(recipe_for<script_set>, const script_set&, const decisions&,
                     std::uint64_t variant);
trace replay_rounds(recipe_for<rounds_set>, const rounds_set&, const decisions&, std::uint64_t);
trace replay_forever(recipe_for<script_set>, const script_set&, memory_model, const decisions&);
trace replay_unchecked(recipe_for<script_set>, const script_set&, const decisions&, std::uint64_t);
template <class Parameters>
trace replay_plainly(recipe_for<Parameters> make, const Parameters& p, const decisions& path,
                     std::uint64_t) {
  return replay_of(make(p), {}, path);
}

// The result, once each counterexample has been shown to run again step by step. Throws
// std::logic_error if one does not.
check_result
shown_again(check_result,
            const std::function<trace(const decisions&, std::uint64_t variant)>& replay);

// Makes the check run this program, with these parameters, before this judge. What it has found
// wrong is shown again, but for mutants, of which there are many.
template <class Parameters, class Judge, class Replay>
void stage(check& c, recipe_for<Parameters> make, Parameters p, Judge judge, Replay replay) {
  c.replay = [make, p, replay](const decisions& path, std::uint64_t variant) {
    return replay(make, p, path, variant);
  };
  c.run = [make, p, judge, again = c.replay](const check_options& o) {
    return o.mutant ? judge(make, p, o) : shown_again(judge(make, p, o), again);
  };
}

} // namespace rwl::verify
