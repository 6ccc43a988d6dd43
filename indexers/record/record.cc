#include "indexers/record/record.h"
