// What the text of the sources says of orders: a comment names, in brackets, the program that fails
// when the order is weakened.
#pragma once

#include "../report/source_tree.hpp"
#include "hunt.hpp"

#include <string>
#include <vector>

namespace rwl::verify::mutate {

// Operations whose comment does not name the killer of their weakened order: "[mix R+W]".
std::vector<std::string> unnamed_killers(const std::vector<mutant>&,
                                         const std::vector<verdict_on_mutant>&, source_tree&);

// Orders stronger than relaxed in the source of the locks that are no mutants, for no execution of
// the survey has met them.
std::vector<std::string> orders_not_met(const std::vector<mutant>&, source_tree&);

} // namespace rwl::verify::mutate
