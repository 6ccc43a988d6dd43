#include "daemon/elastic/gzip.h"

#include <zlib.h>

#include <limits>
#include <vector>

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
  std::vector<char> piece(std::size_t{256} << 10);
  std::string out;
  int state = Z_OK;
  while (state != Z_STREAM_END) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = deflate(&stream, Z_FINISH);
    out.append(piece.data(), piece.size() - stream.avail_out);
  }
  deflateEnd(&stream);
  return out;
}

}  // namespace cartwright
