// The version of the library, for the preprocessor. Before 1.0 a new minor version may break
// programs, from then on only a new major version.
#pragma once

#define RWL_VERSION_MAJOR 0
#define RWL_VERSION_MINOR 1
#define RWL_VERSION_PATCH 0

// A number that grows with the version: 10203 is 1.2.3.
#define RWL_VERSION (RWL_VERSION_MAJOR * 10000 + RWL_VERSION_MINOR * 100 + RWL_VERSION_PATCH)

// "1.2.3"
#define RWL_VERSION_STRING                                                                         \
  RWL_VERSION_TEXT(RWL_VERSION_MAJOR)                                                              \
  "." RWL_VERSION_TEXT(RWL_VERSION_MINOR) "." RWL_VERSION_TEXT(RWL_VERSION_PATCH)
#define RWL_VERSION_TEXT(number) RWL_VERSION_QUOTE(number)
#define RWL_VERSION_QUOTE(text) #text
