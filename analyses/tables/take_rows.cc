#include "analyses/tables/take_rows.h"

#include <utility>

namespace cartwright {
namespace {

/// Makes `to` the entries of `from` at `rows`; nothing of a column that is not stored.
template <class T>
void TakeEntries(const std::vector<T>& from, std::span<const std::uint32_t> rows,
                 std::vector<T>& to) {
  to.clear();
  if (from.empty()) {
    return;
  }
  to.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    to.push_back(from[row]);
  }
}

}  // namespace

void TakeLines(const SessionTable& from, std::span<const std::uint32_t> rows, SessionTable& to,
               const std::function<bool(std::uint32_t)>& keeps) {
  std::vector<std::uint32_t> lines;
  std::vector<std::uint32_t> begin{0};
  begin.reserve(rows.size() + 1);
  for (const std::uint32_t row : rows) {
    for (std::uint32_t line = from.line_begin[row]; line < from.line_begin[row + 1]; ++line) {
      if (!keeps || keeps(line)) {
        lines.push_back(line);
      }
    }
    begin.push_back(static_cast<std::uint32_t>(lines.size()));
  }
  TakeEntries(from.line_item, lines, to.line_item);
  TakeEntries(from.line_quantity, lines, to.line_quantity);
  TakeEntries(from.line_price, lines, to.line_price);
  to.line_begin = std::move(begin);
}

void TakeRows(const SessionTable& from, std::span<const std::uint32_t> rows, SessionTable& to) {
  TakeEntries(from.start, rows, to.start);
  TakeEntries(from.day, rows, to.day);
  TakeEntries(from.hour, rows, to.hour);
  TakeEntries(from.client, rows, to.client);
  TakeEntries(from.actions, rows, to.actions);
  TakeEntries(from.promotion, rows, to.promotion);
  TakeEntries(from.first_orders, rows, to.first_orders);
  for (std::size_t kind = 0; kind < kAmountKinds; ++kind) {
    TakeEntries(from.amount[kind], rows, to.amount[kind]);
  }
  for (std::size_t i = 0; i < from.dimensions.size(); ++i) {
    TakeEntries(from.dimensions[i].code, rows, to.dimensions[i].code);
  }
}

void TakeRows(const CustomerTable& from, std::span<const std::uint32_t> rows, CustomerTable& to) {
  TakeEntries(from.client, rows, to.client);
  TakeEntries(from.download, rows, to.download);
  TakeEntries(from.signup, rows, to.signup);
  for (std::size_t i = 0; i < from.dimensions.size(); ++i) {
    TakeEntries(from.dimensions[i].code, rows, to.dimensions[i].code);
  }
}

}  // namespace cartwright
