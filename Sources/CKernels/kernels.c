#include "thalweg_kernels.h"

/* Sums may be reordered into lanes and multiply-adds fused: the order is fixed by the level, not
   by the input, so equal inputs still give equal bits. */
#define RELAXED _Pragma("clang fp reassociate(on) contract(fast)")
/* A long sum in Float is taken in pieces of so many entries, which are added in Double: its error then
   does not grow with its length. */
enum { CHUNK = 1024 };
/* libm's square root sets errno, which keeps a loop from being made of vectors. */
#define SQRT __builtin_elementwise_sqrt
#define JOIN3(a, b, c) a##_##b##_##c
#define JOIN(a, b, c) JOIN3(a, b, c)

#include "functions.h"
/* The logistic function in the precision at hand, by which several others are made. */
#define LOGISTIC(v) (1 / (1 + EXP(-(v))))

/* A count, a mean and the sum of squared distances from it. */
typedef struct { double count, mean, squares; } moments;

/* Adds a piece with distances from `mean`, whose sum is `rest` and whose squares' sum is `squares`. */
static inline __attribute__((always_inline)) void merge_moments(
    moments *m, double count, double mean, double rest, double squares) {
  const double off = rest / count, total = m->count + count, step = mean + off - m->mean;
  m->squares += squares - count * off * off + step * step * (m->count * count / total);
  m->mean += step * (count / total);
  m->count = total;
}

/* The mean square of the distances; a NaN stays a NaN. */
static inline __attribute__((always_inline)) double variance(const moments *m) {
  const double v = m->squares / m->count;
  return v < 0 ? 0 : v;
}

#define LEVEL baseline
#define VECTOR_BYTES 16
#define TILE_ROWS 4
#include "precisions.h"
#undef LEVEL
#undef VECTOR_BYTES
#undef TILE_ROWS
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define LEVEL v3
#define VECTOR_BYTES 32
#define TILE_ROWS 4
#include "precisions.h"
#undef LEVEL
#undef VECTOR_BYTES
#undef TILE_ROWS
#pragma clang attribute pop
/* Plain v4 emits code of half the width; the tuning names a CPU that runs the full one. */
#pragma clang attribute push(                                             \
    __attribute__((target("arch=x86-64-v4,tune=znver4"))), apply_to = function)
#define LEVEL v4
#define VECTOR_BYTES 64
#define TILE_ROWS 8
#include "precisions.h"
#undef LEVEL
#undef VECTOR_BYTES
#undef TILE_ROWS
#pragma clang attribute pop
#endif

int tw_best_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return TW_X86_64_V4;
  if (__builtin_cpu_supports("x86-64-v3")) return TW_X86_64_V3;
#endif
  return TW_BASELINE;
}

const tw_kernels *tw_table(int level, int is_double) {
#if defined(__x86_64__)
  if (level == TW_X86_64_V4) return is_double ? &tw_kernels_f64_v4 : &tw_kernels_f32_v4;
  if (level == TW_X86_64_V3) return is_double ? &tw_kernels_f64_v3 : &tw_kernels_f32_v3;
#endif
  (void)level;
  return is_double ? &tw_kernels_f64_baseline : &tw_kernels_f32_baseline;
}
