/* Reductions along one axis of [outer, extent, inner] and their derivatives, each made of a few
   passes. Included once per precision and level. */

#define BEYOND ((T)__builtin_inf())

/* y = the first in order ABOVE of TERM, an expression of the entry v; a NaN wins over every number. */
#define EXTREME(NAME, START, ABOVE, TERM)                                                 \
  static T N(NAME##_row)(const T *restrict x, int64_t n) {                                \
    enum { LANES = 32 };                                                                  \
    T lane[LANES], best = START;                                                          \
    int64_t i = 0;                                                                        \
    if (n >= LANES) {                                                                     \
      for (int l = 0; l < LANES; l++) lane[l] = START;                                    \
      for (; i + LANES <= n; i += LANES) {                                                \
        for (int l = 0; l < LANES; l++) {                                                 \
          const T v = x[i + l], w = TERM;                                                 \
          lane[l] = w ABOVE lane[l] || w != w ? w : lane[l];                              \
        }                                                                                 \
      }                                                                                   \
      for (int l = 0; l < LANES; l++)                                                     \
        best = lane[l] ABOVE best || lane[l] != lane[l] ? lane[l] : best;                 \
    }                                                                                     \
    for (; i < n; i++) {                                                                  \
      const T v = x[i], w = TERM;                                                         \
      best = w ABOVE best || w != w ? w : best;                                           \
    }                                                                                     \
    return best;                                                                          \
  }                                                                                       \
  static void N(NAME)(T *restrict y, const T *restrict x, tw_axis a) {                    \
    for (int64_t o = 0; o < a.outer; o++) {                                               \
      if (a.inner == 1) {                                                                 \
        y[o] = N(NAME##_row)(x + o * a.extent, a.extent);                                 \
        continue;                                                                         \
      }                                                                                   \
      T *restrict best = y + o * a.inner;                                                 \
      for (int64_t c = 0; c < a.inner; c++) best[c] = START;                              \
      for (int64_t e = 0; e < a.extent; e++) {                                            \
        const T *restrict from = x + (o * a.extent + e) * a.inner;                        \
        for (int64_t c = 0; c < a.inner; c++) {                                           \
          const T v = from[c], w = TERM;                                                  \
          best[c] = w ABOVE best[c] || w != w ? w : best[c];                              \
        }                                                                                 \
      }                                                                                   \
    }                                                                                     \
  }
EXTREME(largest, -BEYOND, >, v)
EXTREME(smallest, BEYOND, <, v)
EXTREME(largest_magnitude, 0, >, __builtin_elementwise_abs(v))
#undef EXTREME

/* y = scale times the sum of TERM, an expression of the entries v of x and w of z and of one number
   p for each sum, of q, which may be y, or null. */
#define TOTAL(NAME, TERM)                                                                 \
  static double N(NAME##_row)(                                                            \
      const T *restrict x, const T *restrict z, T p, int64_t n) {                         \
    RELAXED                                                                               \
    double total = 0;                                                                     \
    for (int64_t start = 0; start < n; start += CHUNK) {                                  \
      const int64_t end = start + CHUNK < n ? start + CHUNK : n;                          \
      T s = 0;                                                                            \
      for (int64_t i = start; i < end; i++) { const T v = x[i], w = z[i]; s += TERM; }    \
      total += (double)s;                                                                 \
    }                                                                                     \
    return total;                                                                         \
  }                                                                                       \
  static void N(NAME)(T *y, const T *x, const T *z, const T *q, double scale, tw_axis a) { \
    RELAXED                                                                               \
    enum { STRIP = 64, BLOCK = 64 };                                                      \
    for (int64_t o = 0; o < a.outer; o++) {                                               \
      if (a.inner == 1) {                                                                 \
        const int64_t at = o * a.extent;                                                  \
        y[o] = (T)(scale * N(NAME##_row)(x + at, z + at, q ? q[o] : 0, a.extent));        \
        continue;                                                                         \
      }                                                                                   \
      for (int64_t left = 0; left < a.inner; left += STRIP) {                             \
        const int64_t width = left + STRIP < a.inner ? STRIP : a.inner - left;            \
        T fixed[STRIP];                                                                   \
        double totals[STRIP] = {0};                                                       \
        for (int64_t c = 0; c < width; c++)                                               \
          fixed[c] = q ? q[o * a.inner + left + c] : 0;                                   \
        for (int64_t top = 0; top < a.extent; top += BLOCK) {                             \
          const int64_t bottom = top + BLOCK < a.extent ? top + BLOCK : a.extent;         \
          T part[STRIP] = {0};                                                            \
          for (int64_t e = top; e < bottom; e++) {                                        \
            const int64_t at = (o * a.extent + e) * a.inner + left;                       \
            for (int64_t c = 0; c < width; c++) {                                         \
              const T v = x[at + c], w = z[at + c], p = fixed[c];                         \
              part[c] += TERM;                                                            \
            }                                                                             \
          }                                                                               \
          for (int64_t c = 0; c < width; c++) totals[c] += (double)part[c];               \
        }                                                                                 \
        for (int64_t c = 0; c < width; c++)                                               \
          y[o * a.inner + left + c] = (T)(scale * totals[c]);                             \
      }                                                                                   \
    }                                                                                     \
  }
TOTAL(total, v)
TOTAL(total_of_products, v * w)
TOTAL(total_of_magnitudes, __builtin_elementwise_abs(v))
TOTAL(total_about, (v - p) * (v - p))
TOTAL(total_scaled, (v * p) * (v * p))
TOTAL(total_of_exponentials, EXP(v - p))
TOTAL(count_equal, v == p || (v != v && p != p) ? 1 : 0)
TOTAL(count_equal_magnitudes, v == p || -v == p || (v != v && p != p) ? 1 : 0)
#undef TOTAL

/* y = TERM, an expression of the entries v of x and w of z, and of the numbers p and q that belong to
   their place across the axis, of a and b. */
#define SPREAD(NAME, TERM)                                                                \
  static inline void N(NAME##_row)(                                                       \
      T *restrict y, const T *restrict x, const T *restrict z, T p, T q, int64_t n) {     \
    for (int64_t i = 0; i < n; i++) { const T v = x[i], w = z[i]; y[i] = TERM; }          \
  }                                                                                       \
  static void N(NAME)(                                                                    \
      T *restrict y, const T *restrict x, const T *restrict z, const T *restrict a,       \
      const T *restrict b, tw_axis axis) {                                                \
    for (int64_t o = 0; o < axis.outer; o++) {                                            \
      if (axis.inner == 1) {                                                              \
        const int64_t at = o * axis.extent;                                               \
        N(NAME##_row)(y + at, x + at, z + at, a[o], b[o], axis.extent);                   \
        continue;                                                                         \
      }                                                                                   \
      for (int64_t e = 0; e < axis.extent; e++) {                                         \
        const int64_t at = (o * axis.extent + e) * axis.inner;                            \
        for (int64_t c = 0; c < axis.inner; c++) {                                        \
          const T v = x[at + c], w = z[at + c];                                           \
          const T p = a[o * axis.inner + c], q = b[o * axis.inner + c];                   \
          y[at + c] = TERM;                                                               \
        }                                                                                 \
      }                                                                                   \
    }                                                                                     \
  }
SPREAD(spread_about, q * (v - p))
SPREAD(spread_equal, v == p || (v != v && p != p) ? q : 0)
SPREAD(spread_sign, v > 0 ? q : (v < 0 ? -q : 0 * v))
SPREAD(spread_equal_magnitude, v == p ? (v == 0 ? 0 : q) : (-v == p ? -q : (v != v ? v : 0)))
SPREAD(spread_direction, p == 0 ? 0 : q * (v / p))
SPREAD(spread_exponential, q * EXP(v - p))

/* The scale of a sum of squares, kept where it and its inverse have all their digits. */
static inline T N(kept_normal)(T largest) {
  const T least = sizeof(T) == 4 ? (T)0x1p-126 : (T)0x1p-1022;
  const T most = sizeof(T) == 4 ? (T)0x1p126 : (T)0x1p1022;
  return largest >= least ? (largest <= most ? largest : most) : least;
}

static void N(reduce_axis)(
    tw_reduction kind, void *y_, void *work_, const void *x_, double correction, tw_axis a) {
  T *y = y_, *work = work_;
  const T *x = x_;
  const int64_t n = a.outer * a.inner;
  const double freedom = (double)a.extent - correction;
  switch (kind) {
    case TW_VARIANCE:
    case TW_STANDARD_DEVIATION:
      N(total)(work, x, x, NULL, 1 / (double)a.extent, a);
      N(total_about)(y, x, x, work, 1 / (freedom > 0 ? freedom : 0), a);
      for (int64_t i = 0; kind == TW_STANDARD_DEVIATION && i < n; i++) y[i] = SQRT(y[i]);
      break;
    case TW_SMALLEST: N(smallest)(y, x, a); break;
    case TW_LARGEST: N(largest)(y, x, a); break;
    case TW_LOG_SUM_EXP:
      N(largest)(work, x, a);
      /* Of -inf throughout the differences would be NaN, of +inf anywhere too. */
      for (int64_t i = 0; i < n; i++)
        work[i] = work[i] == BEYOND || work[i] == -BEYOND ? 0 : work[i];
      N(total_of_exponentials)(work + n, x, x, work, 1, a);
      for (int64_t i = 0; i < n; i++)
        y[i] = (T)((double)work[i] + __builtin_log((double)work[n + i]));
      break;
    case TW_L1_NORM: N(total_of_magnitudes)(y, x, x, NULL, 1, a); break;
    case TW_L2_NORM:
      N(largest_magnitude)(work, x, a);
      for (int64_t i = 0; i < n; i++) work[i] = N(kept_normal)(work[i]), y[i] = 1 / work[i];
      N(total_scaled)(y, x, x, y, 1, a);
      for (int64_t i = 0; i < n; i++) y[i] = work[i] * SQRT(y[i]);
      break;
    case TW_INFINITY_NORM: N(largest_magnitude)(y, x, a); break;
  }
}

static void N(reduce_axis_backward)(
    tw_reduction kind, void *dx_, void *share_, const void *x_, const void *y_, const void *work_,
    const void *dy_, double correction, tw_axis a) {
  T *dx = dx_, *restrict share = share_;
  const T *x = x_, *y = y_, *work = work_, *dy = dy_;
  const int64_t n = a.outer * a.inner;
  const T freedom = (T)((double)a.extent - correction);
  switch (kind) {
    case TW_VARIANCE:
      for (int64_t i = 0; i < n; i++) share[i] = 2 * dy[i] / freedom;
      N(spread_about)(dx, x, x, work, share, a);
      break;
    case TW_STANDARD_DEVIATION:
      for (int64_t i = 0; i < n; i++) share[i] = y[i] == 0 ? 0 : dy[i] / (freedom * y[i]);
      N(spread_about)(dx, x, x, work, share, a);
      break;
    case TW_SMALLEST:
    case TW_LARGEST:
      N(count_equal)(share, x, x, y, 1, a);
      for (int64_t i = 0; i < n; i++) share[i] = dy[i] / share[i];
      N(spread_equal)(dx, x, x, y, share, a);
      break;
    case TW_LOG_SUM_EXP:
      for (int64_t i = 0; i < n; i++) share[i] = work[n + i] == 0 ? 0 : dy[i] / work[n + i];
      N(spread_exponential)(dx, x, x, work, share, a);
      break;
    case TW_L1_NORM: N(spread_sign)(dx, x, x, y, dy, a); break;
    case TW_L2_NORM: N(spread_direction)(dx, x, x, y, dy, a); break;
    case TW_INFINITY_NORM:
      N(count_equal_magnitudes)(share, x, x, y, 1, a);
      for (int64_t i = 0; i < n; i++) share[i] = dy[i] / share[i];
      N(spread_equal_magnitude)(dx, x, x, y, share, a);
      break;
  }
}
