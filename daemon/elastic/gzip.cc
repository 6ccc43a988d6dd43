#include "daemon/elastic/gzip.h"

#include <zlib.h>

#include <limits>

#include "daemon/base/check.h"

namespace cartwright {

std::string Gzip(std::string_view text) {
  constexpr int kLevel = 1;
  constexpr int kGzipFormat = 15 + 16;  // The widest window; 16 asks for gzip instead of zlib.
  constexpr int kMemoryLevel = 8;
  CARTWRIGHT_CHECK(text.size() <= std::numeric_limits<uInt>::max(),
                   "a body of 4 GiB is not compressed in one go");
  z_stream stream{};
  const int ready =
      deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipFormat, kMemoryLevel, Z_DEFAULT_STRATEGY);
  CARTWRIGHT_CHECK(ready == Z_OK, "zlib is out of memory");
  // zlib does not write through it; its interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  // First as much as text usually takes, then the most that it can take: so its memory is bounded.
  std::string out(text.size() / 8 + 64, '\0');
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int state = deflate(&stream, Z_FINISH);
  if (state != Z_STREAM_END) {
    const std::size_t written = out.size() - stream.avail_out;
    out.resize(deflateBound(&stream, static_cast<uLong>(text.size())));
    stream.next_out = reinterpret_cast<Bytef*>(out.data()) + written;
    stream.avail_out = static_cast<uInt>(out.size() - written);
    state = deflate(&stream, Z_FINISH);
  }
  CARTWRIGHT_CHECK(state == Z_STREAM_END, "zlib takes more than it says it can");
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace cartwright
