// Results of checks as JSON: what a worker process sends, and part of the reports.
#pragma once

#include "runner.hpp"

#include <nlohmann/json_fwd.hpp>

namespace rwl::verify {

void to_json(nlohmann::json&, const statistics&);
void from_json(const nlohmann::json&, statistics&);
void to_json(nlohmann::json&, const trace&);
void from_json(const nlohmann::json&, trace&);
void to_json(nlohmann::json&, const check_result&);
void from_json(const nlohmann::json&, check_result&); // throws std::exception if it is none
void to_json(nlohmann::json&, const job_result&);
void from_json(const nlohmann::json&, job_result&);

} // namespace rwl::verify
