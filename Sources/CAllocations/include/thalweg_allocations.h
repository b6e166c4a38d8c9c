/* Counts the heap allocations of the whole process by standing in front of malloc. Linked into the
   command alone, so that a library user's malloc is left as it is. */
#pragma once
#include <stdint.h>

/* 1 where allocations are counted, 0 where this system offers no way. */
int tw_allocations_are_counted(void);
int64_t tw_allocation_count(void);
