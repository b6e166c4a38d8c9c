#include "thalweg_allocations.h"
#include <stdlib.h>

/* Any header of the C library says whether it is glibc, whose allocator has a second name. A
   sanitizer stands in front of malloc itself. */
#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#define COUNTED 1
#endif

#ifdef COUNTED
#include <stdatomic.h>

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *old, size_t bytes);
extern void *__libc_memalign(size_t alignment, size_t bytes);

static _Atomic int64_t count;

static void tick(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

void *malloc(size_t bytes) { return tick(), __libc_malloc(bytes); }
void *calloc(size_t number, size_t bytes) { return tick(), __libc_calloc(number, bytes); }
void *realloc(void *old, size_t bytes) { return tick(), __libc_realloc(old, bytes); }
void *memalign(size_t alignment, size_t bytes) { return tick(), __libc_memalign(alignment, bytes); }
void *aligned_alloc(size_t alignment, size_t bytes) {
  return tick(), __libc_memalign(alignment, bytes);
}
int posix_memalign(void **result, size_t alignment, size_t bytes) {
  enum { NO_MEMORY = 12 };
  void *memory = (tick(), __libc_memalign(alignment, bytes));
  if (!memory) return NO_MEMORY;
  *result = memory;
  return 0;
}

int tw_allocations_are_counted(void) { return 1; }
int64_t tw_allocation_count(void) { return atomic_load_explicit(&count, memory_order_relaxed); }
#else
int tw_allocations_are_counted(void) { return 0; }
int64_t tw_allocation_count(void) { return 0; }
#endif
