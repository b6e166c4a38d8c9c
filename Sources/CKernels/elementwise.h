/* Loops of one entry in, one entry out. Included once per precision and level. */

static void N(fill)(void *y_, double v, int64_t n) {
  T *restrict y = y_;
  for (int64_t i = 0; i < n; i++) y[i] = (T)v;
}

static void N(accumulate)(void *y_, const void *x_, int64_t n) {
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t i = 0; i < n; i++) y[i] += x[i];
}

/* NaN comes through a minimum and a maximum; at a tie each operand gets half of the derivative. */
#define ADD(a, b) ((a) + (b))
#define SUBTRACT(a, b) ((a) - (b))
#define MULTIPLY(a, b) ((a) * (b))
#define DIVIDE(a, b) ((a) / (b))
#define FIRST(a, b) ((void)(b), (a))
#define MINIMUM(a, b) ((a) < (b) || (a) != (a) ? (a) : (b))
#define MAXIMUM(a, b) ((a) > (b) || (a) != (a) ? (a) : (b))
#define MINIMUM_SLOPE(a, b) ((a) > (b) ? 0 : ((a) == (b) ? (T)0.5 : 1))
#define MAXIMUM_SLOPE(a, b) ((a) < (b) ? 0 : ((a) == (b) ? (T)0.5 : 1))
#define BASE_SLOPE(a, b) ((b) == 0 ? 0 : (b) * POWER(a, (double)(b) - 1))
#define EXPONENT_SLOPE(a, b) ((a) == 0 && (b) >= 0 ? 0 : POWER(a, b) * LOG(a))

#define CHOOSE                                      \
  switch (op) {                                     \
    case TW_ADD: ROW(ADD) break;                    \
    case TW_SUBTRACT: ROW(SUBTRACT) break;          \
    case TW_MULTIPLY: ROW(MULTIPLY) break;          \
    case TW_DIVIDE: ROW(DIVIDE) break;              \
    case TW_FIRST: ROW(FIRST) break;                \
    case TW_MINIMUM: ROW(MINIMUM) break;            \
    case TW_MAXIMUM: ROW(MAXIMUM) break;            \
    case TW_POWER: ROW(POWER) break;                \
    case TW_MINIMUM_SLOPE: ROW(MINIMUM_SLOPE) break; \
    case TW_MAXIMUM_SLOPE: ROW(MAXIMUM_SLOPE) break; \
    case TW_BASE_SLOPE: ROW(BASE_SLOPE) break;      \
    case TW_EXPONENT_SLOPE: ROW(EXPONENT_SLOPE) break; \
  }

#define ROW(OP) for (int64_t i = 0; i < n; i++) y[i] = OP(a[i], b[i]);
static void N(binary)(tw_binary op, void *y_, const void *a_, const void *b_, int64_t n) {
  T *restrict y = y_;
  const T *a = a_, *b = b_;
  CHOOSE
}
#undef ROW

/* One innermost row of a broadcast: strides are 0 or 1 after the shapes have been folded, any
   other stride takes the last loop. */
#define ROW(OP)                                                                          \
  if (sa == 1 && sb == 1) for (int64_t i = 0; i < n; i++) y[i] = OP(a[i], b[i]);          \
  else if (sa == 1 && sb == 0) for (int64_t i = 0; i < n; i++) y[i] = OP(a[i], b[0]);     \
  else if (sa == 0 && sb == 1) for (int64_t i = 0; i < n; i++) y[i] = OP(a[0], b[i]);     \
  else for (int64_t i = 0; i < n; i++) y[i] = OP(a[i * sa], b[i * sb]);
static void N(broadcast_row)(
    tw_binary op, T *restrict y, const T *a, int64_t sa, const T *b, int64_t sb, int64_t n) {
  CHOOSE
}
#undef ROW
#undef CHOOSE
#undef ADD
#undef SUBTRACT
#undef MULTIPLY
#undef DIVIDE
#undef FIRST
#undef MINIMUM
#undef MAXIMUM
#undef MINIMUM_SLOPE
#undef MAXIMUM_SLOPE
#undef BASE_SLOPE
#undef EXPONENT_SLOPE

static void N(broadcast)(
    tw_binary op, void *y_, const void *a_, const void *b_, const tw_walk *w) {
  T *y = y_;
  const int inner = w->rank - 1;
  int64_t index[TW_RANK] = {0}, outer = 1, at = 0, bt = 0;
  for (int d = 0; d < inner; d++) outer *= w->extent[d];
  const int64_t n = inner < 0 ? 1 : w->extent[inner];
  for (int64_t row = 0; row < outer; row++) {
    N(broadcast_row)(
        op, y + row * n, (const T *)a_ + at, inner < 0 ? 0 : w->first[inner],
        (const T *)b_ + bt, inner < 0 ? 0 : w->second[inner], n);
    for (int d = inner - 1; d >= 0; d--) {
      at += w->first[d], bt += w->second[d];
      if (++index[d] < w->extent[d]) break;
      at -= w->first[d] * w->extent[d], bt -= w->second[d] * w->extent[d], index[d] = 0;
    }
  }
}

static void N(affine)(void *y_, const void *x_, double scale, double shift, int64_t n) {
  T *restrict y = y_;
  const T *restrict x = x_;
  const T a = (T)scale, b = (T)shift;
  for (int64_t i = 0; i < n; i++) y[i] = a * x[i] + b;
}

/* What is not chosen is read, but nothing is computed from it. */
static void N(choose)(void *y_, const void *mask_, const void *a_, const void *b_, int64_t n) {
  T *restrict y = y_;
  const T *restrict mask = mask_, *a = a_, *b = b_;
  for (int64_t i = 0; i < n; i++) y[i] = mask[i] != 0 ? a[i] : b[i];
}
