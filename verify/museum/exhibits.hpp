// The exhibits, each in a file of its own.
#pragma once

namespace rwl::verify::museum {

struct exhibit;

exhibit m01();
exhibit m02();
exhibit m03();
exhibit m04();
exhibit m05();
exhibit m06();
exhibit m07();
exhibit m08();
exhibit m12();
exhibit m13();
exhibit m14c();
exhibit m16();
exhibit m18();
exhibit m19();
exhibit m21();
exhibit m22();
exhibit m22d();
exhibit m23();
exhibit m24();
exhibit m25();
exhibit m26a();
exhibit m26b();
exhibit m26c();
exhibit m26d();
exhibit m27();
exhibit m29();
exhibit m30();
exhibit m31();
exhibit m32();
exhibit m33();
exhibit m35();

} // namespace rwl::verify::museum
