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

/* e^x = 2^k e^r with |r| <= ln(2) / 2: k by rounding x / ln(2), ln(2) taken off in two parts
   (Cody, Waite 1980), e^r by its Taylor polynomial of degree 7, whose remainder is below
   0.3466^8 / 8! = 5.2e-9. Error below 2 units in the last place; 0 below -87.33, infinity above
   88.72, NaN stays NaN. */
static inline __attribute__((always_inline)) float exponential_f32(float x) {
  const float low = -87.33f, high = 88.72f, shifter = 12582912.0f;
  /* A NaN is worked on as `low`: no whole number is made of it below. */
  float c = x >= low ? (x > high ? high : x) : low;
  float k = (c * 1.44269504f + shifter) - shifter;
  float r = c - k * 0.693359375f + k * 2.12194440e-4f;
  float q = 1.0f / 5040;
  q = q * r + 1.0f / 720;
  q = q * r + 1.0f / 120;
  q = q * r + 1.0f / 24;
  q = q * r + 1.0f / 6;
  q = q * r + 0.5f;
  float y = q * r * r + r + 1.0f;
  /* 2^k in two halves, so that k = 128 does not overflow the exponent field. */
  int32_t whole = (int32_t)k, half = whole / 2;
  union { int32_t i; float f; } first = {(half + 127) << 23}, second = {(whole - half + 127) << 23};
  float z = y * first.f * second.f;
  return x != x ? x : (x > high ? __builtin_inff() : (x < low ? 0.0f : z));
}

/* log(x) = k log(2) + log(1 + f) with x = 2^k (1 + f) and 1 + f in [sqrt(1/2), sqrt(2)); with r = f /
   (2 + f), log(1 + f) = f - r (f - 2 (r^2 / 3 + r^4 / 5 + ..)), cut off after r^8 / 9: the remainder is
   below 2 (0.1716)^11 / 11 = 7e-10. -infinity at 0, NaN below. */
static inline __attribute__((always_inline)) float logarithm_f32(float x) {
  const int isSmall = x < 0x1p-126f;
  union { float f; int32_t i; } whole = {isSmall ? x * 0x1p23f : x}, part;
  const int32_t k = (whole.i - 0x3f3504f3) >> 23;
  part.i = whole.i - k * (1 << 23);
  const float f = part.f - 1, r = f / (2 + f), z = r * r, e = (float)(isSmall ? k - 23 : k);
  float q = 2.0f / 9;
  q = q * z + 2.0f / 7;
  q = q * z + 2.0f / 5;
  q = q * z + 2.0f / 3;
  const float y = e * 0.693359375f + (f - (r * (f - q * z) + e * 2.12194440e-4f));
  return x > 0 ? (x <= 3.40282347e38f ? y : x) : (x == 0 ? -__builtin_inff() : __builtin_nanf(""));
}

/* log(1 + e^x) for x <= 0: with e = e^x and r = e / (2 + e) <= 1/3, 2 (r + r^3 / 3 + ..), cut off
   after r^15 / 15: the remainder is below r (1/3)^16 / 17 = 1.4e-9 r. */
static inline __attribute__((always_inline)) float log_1p_exp_f32(float x) {
  const float e = exponential_f32(x), r = e / (2 + e), z = r * r;
  float q = 1.0f / 15;
  q = q * z + 1.0f / 13;
  q = q * z + 1.0f / 11;
  q = q * z + 1.0f / 9;
  q = q * z + 1.0f / 7;
  q = q * z + 1.0f / 5;
  q = q * z + 1.0f / 3;
  return 2 * (q * z * r + r);
}

#define LEVEL baseline
#include "precisions.h"
#undef LEVEL
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define LEVEL v3
#include "precisions.h"
#undef LEVEL
#pragma clang attribute pop
/* Plain v4 emits code of half the width; the tuning names a CPU that runs the full one. */
#pragma clang attribute push(                                             \
    __attribute__((target("arch=x86-64-v4,tune=znver4"))), apply_to = function)
#define LEVEL v4
#include "precisions.h"
#undef LEVEL
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
