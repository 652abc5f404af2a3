// An order's comment names, in brackets, the program that fails when the order is weakened.
#pragma once

#include "../report/source_tree.hpp"
#include "hunt.hpp"

#include <string>
#include <vector>

namespace rwl::verify::mutate {

// Operations whose comment does not name the killer of their weakened order: "[mix R+W]".
std::vector<std::string> unnamed_killers(const std::vector<mutant>&,
                                         const std::vector<verdict_on_mutant>&, source_tree&);

} // namespace rwl::verify::mutate
