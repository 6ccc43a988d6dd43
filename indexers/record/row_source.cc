#include "indexers/record/row_source.h"
