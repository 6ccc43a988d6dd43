#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <new>
#include <random>

#include "tests/daemon/elastic/bulk_fixture.h"

// Counts what this thread holds: the writer works in the test's thread, the server in its own.
namespace {

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): what counts allocations.
thread_local std::int64_t held_bytes = 0;
thread_local std::int64_t most_held_bytes = 0;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void* Allocate(std::size_t bytes) {
  void* const memory = std::malloc(bytes);
  if (memory == nullptr) {
    std::abort();
  }
  held_bytes += static_cast<std::int64_t>(malloc_usable_size(memory));
  most_held_bytes = std::max(most_held_bytes, held_bytes);
  return memory;
}

void Free(void* memory) noexcept {
  held_bytes -= memory == nullptr ? 0 : static_cast<std::int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t bytes) { return Allocate(bytes); }
void* operator new[](std::size_t bytes) { return Allocate(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return Allocate(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return Allocate(bytes); }
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete[](void* memory) noexcept { Free(memory); }
void operator delete(void* memory, std::size_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { Free(memory); }

namespace cartwright {
namespace {

constexpr std::int64_t kMebibyte = 1 << 20;
// Beside bodies: ids, an answer and what simdjson makes of it, the test itself.
constexpr std::int64_t kBesideBodies = 2 * kMebibyte;

class BulkWriterMemoryTest : public BulkFixture {
 protected:
  void Compress() {
    ElasticOptions elastic;
    elastic.hosts = {server.url()};
    elastic.compression = Compression::kOn;
    transport = std::move(*Transport::Create(elastic));
  }

  // The most that was held while documents of about 1 KB were written.
  std::int64_t MostHeldFor(int documents) {
    written.reserve(static_cast<std::size_t>(documents));
    delays.reserve(1'000);
    waits.reserve(1'000);
    Open();
    const std::int64_t before = held_bytes;
    most_held_bytes = held_bytes;
    for (int i = 0; i < documents; ++i) {
      EXPECT_TRUE(random_text ? AddRandom("id" + std::to_string(i))
                              : AddDocument("id" + std::to_string(i), 1, 1'000).has_value());
    }
    EXPECT_TRUE(writer->Finish().has_value());
    EXPECT_EQ(counts().created, documents);
    return most_held_bytes - before;
  }

  // A document of about 1 KB of random printable bytes.
  bool AddRandom(const std::string& id) {
    std::string source = R"({"p":")";
    for (int i = 0; i < 1'000; ++i) {
      const auto byte = static_cast<char>('#' + random() % 57);  // Without quote and backslash.
      source.push_back(byte);
    }
    source += "\"}";
    return writer->Add({BulkOperation::kIndex, "orders", id, 7, source, 1}).has_value();
  }

  bool random_text = false;
  std::mt19937 random{1};
};

TEST_F(BulkWriterMemoryTest, KeepsToItsCapHoweverManyBodiesMayBeOpen) {
  server.Handle(CreateAll);
  options.memory_bytes = 16 << 20;
  options.in_flight = 16;
  const std::int64_t most = MostHeldFor(40'000);
  EXPECT_LE(most, 16 * kMebibyte + kBesideBodies);
  EXPECT_GE(most, 8 * kMebibyte) << "and makes use of it";
}

TEST_F(BulkWriterMemoryTest, KeepsToItsCapWhileBodiesAreRefusedAndCut) {
  int turn = 0;
  server.Handle([&turn](const ReceivedRequest& request) {
    const auto documents = static_cast<std::size_t>(Documents(request.body));
    switch (++turn % 5) {
      case 0:
        return Answer(429, ErrorBody("es_rejected_execution_exception"));
      case 1:
        return Answer(request.body.size() > 500'000 ? 413 : 503, "");
      case 2: {
        std::vector<int> statuses(documents, 201);
        for (std::size_t i = 0; i < documents; i += 2) {
          statuses[i] = 429;
        }
        return Answer(200, IndexItems(statuses));
      }
      case 3:
        return Answer(200, "{");
      default:
        return CreateAll(request);
    }
  });
  options.memory_bytes = 16 << 20;
  options.in_flight = 4;
  options.retry_total = std::chrono::hours(24);
  EXPECT_LE(MostHeldFor(20'000), 16 * kMebibyte + kBesideBodies);
}

// Text that gzip hardly makes smaller: its copy is as large as the body.
TEST_F(BulkWriterMemoryTest, CountsTheCopiesThatTravelAsGzip) {
  server.Handle(CreateAll);
  Compress();
  random_text = true;
  options.memory_bytes = 16 << 20;
  options.in_flight = 16;
  const std::int64_t most = MostHeldFor(20'000);
  EXPECT_LE(most, 16 * kMebibyte + kBesideBodies);
  EXPECT_GE(most, 8 * kMebibyte) << "and makes use of it";
}

TEST_F(BulkWriterMemoryTest, CountsTheCopiesOfBodiesThatAreCutAndSentAgain) {
  int turn = 0;
  server.Handle([&turn](const ReceivedRequest& request) {
    const bool refuses = ++turn % 3 != 0;
    return refuses ? Answer(request.body.size() > 500'000 ? 413 : 429, "") : CreateAll(request);
  });
  Compress();
  random_text = true;
  options.memory_bytes = 16 << 20;
  options.in_flight = 4;
  options.retry_total = std::chrono::hours(24);
  EXPECT_LE(MostHeldFor(10'000), 16 * kMebibyte + kBesideBodies);
}

TEST_F(BulkWriterMemoryTest, RefusesADocumentOverAQuarterOfItsCap) {
  server.Handle(CreateAll);
  options.memory_bytes = 4 << 20;
  options.batch_documents = 100;
  Open();
  ASSERT_TRUE(AddDocument("large", 1, 1'100'000).has_value());
  ASSERT_TRUE(AddDocument("fits", 2, 1'000'000).has_value());
  ASSERT_TRUE(writer->Finish().has_value());
  EXPECT_EQ(counts().created, 1);
  ASSERT_EQ(rejections.size(), 1U);
  EXPECT_EQ(rejections[0].id, "large");
  EXPECT_NE(rejections[0].reason.find("quarter of the memory"), std::string::npos);
}

}  // namespace
}  // namespace cartwright
