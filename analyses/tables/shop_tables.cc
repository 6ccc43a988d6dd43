#include "analyses/tables/shop_tables.h"

#include <algorithm>

namespace cartwright {
namespace {

template <class Table>
const DimensionColumn* FindDimensionIn(const Table& table, std::string_view name) {
  const auto found =
      std::find_if(table.dimensions.begin(), table.dimensions.end(),
                   [name](const DimensionColumn& column) { return column.name == name; });
  return found == table.dimensions.end() ? nullptr : &*found;
}

template <class... T>
std::size_t BytesOf(const std::vector<T>&... columns) {
  return ((columns.capacity() * sizeof(T)) + ...);
}

}  // namespace

std::uint32_t SessionTable::ActionBit(std::string_view name) const {
  const auto found = std::find(action_names.begin(), action_names.end(), name);
  return found == action_names.end() ? 0 : 1U << (found - action_names.begin());
}

const DimensionColumn* SessionTable::FindDimension(std::string_view name) const {
  return FindDimensionIn(*this, name);
}

const DimensionColumn* CustomerTable::FindDimension(std::string_view name) const {
  return FindDimensionIn(*this, name);
}

TableMemory MemoryOf(const ShopTables& tables) {
  const SessionTable& sessions = tables.sessions;
  const CustomerTable& customers = tables.customers;
  TableMemory memory;
  memory.sessions =
      BytesOf(sessions.start, sessions.day, sessions.hour, sessions.client, sessions.actions,
              sessions.promotion, sessions.first_orders, sessions.line_begin);
  for (const auto& column : sessions.amount) {
    memory.sessions += BytesOf(column);
  }
  memory.lines = BytesOf(sessions.line_item, sessions.line_quantity, sessions.line_price);
  memory.customers = BytesOf(customers.client, customers.download, customers.signup);
  memory.dictionaries = tables.clients.memory_bytes() + sessions.promotions.memory_bytes() +
                        sessions.products.memory_bytes() + sessions.categories.memory_bytes() +
                        BytesOf(*sessions.items);
  for (const DimensionColumn& dimension : sessions.dimensions) {
    memory.sessions += BytesOf(dimension.code);
    memory.dictionaries += dimension.values.memory_bytes();
  }
  for (const DimensionColumn& dimension : customers.dimensions) {
    memory.customers += BytesOf(dimension.code);
    memory.dictionaries += dimension.values.memory_bytes();
  }
  return memory;
}

}  // namespace cartwright
