#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

const std::vector<exhibit>& collection() {
  static const std::vector<exhibit> all = {
      m01(),  m02(),  m03(), m04(), m05(), m06(),  m07(), m08(), m12(), m13(),  m14c(),
      m16(),  m18(),  m19(), m21(), m22(), m22d(), m23(), m24(), m25(), m26a(), m26b(),
      m26c(), m26d(), m27(), m29(), m30(), m31(),  m32(), m33(), m35()};
  return all;
}

} // namespace rwl::verify::museum
