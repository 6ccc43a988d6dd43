#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/json_text.h"
#include "daemon/ingest/document_layout.h"
#include "indexers/record/record.h"

namespace cartwright {

/// Writes the documents of a load: one line of compact JSON each, without its newline. Missing
/// values are left out; dates are UTC instants; amounts are decimal text. The layout must outlive
/// it. One thread.
///
/// What every document of a load has in common is put together once. With one call a name and one a
/// bracket an order took four times as long.
class DocumentWriter {
 public:
  DocumentWriter(const DocumentLayout& layout, EpochMillis ingested_at);

  /// The document of `orders` for a record. Valid until the next call.
  std::string_view Order(const SessionRecord& record);

  /// The document of `downloads` for a record, in the same form.
  std::string_view Customer(const CustomerRecord& record);

 private:
  using Pieces = std::vector<std::string>;
  using Dimensions = std::vector<std::optional<std::string>>;

  void Actions(std::uint32_t bits);
  void Amounts(const SessionRecord& record);
  void Promotions(const SessionRecord& record);
  void WriteDimensions(const Pieces& names, const Dimensions& values);
  void Items(const SessionRecord& record);
  void Item(const ItemRecord& item);
  void Price(UnitPrice price);
  void Delivery(const SessionRecord& record);
  void End(std::string_view source, const std::optional<EpochMillis>& updated_at);
  template <std::size_t kSize>
  void Instant(const char (&name)[kSize], const std::optional<EpochMillis>& value);
  template <std::size_t kSize>
  void Text(const char (&name)[kSize], const std::optional<std::string>& text);

  /// The actions object of some recent bits: shops have few different ones.
  struct KnownActions {
    std::uint32_t bits = 0;
    std::string json;  ///< Empty when nothing is known here.
  };

  const DocumentLayout& layout_;
  Pieces dimension_names_;  ///< `"city":`, as all of these.
  Pieces customer_dimension_names_;
  Pieces customer_action_names_;
  std::string currency_;     ///< `,"currency":"EUR"`
  std::string ingested_at_;  ///< `,"ingested_at":"…"}`
  std::array<KnownActions, 64> known_actions_;
  JsonText json_;
  std::vector<std::string_view> products_;  ///< Scratch.
};

}  // namespace cartwright
