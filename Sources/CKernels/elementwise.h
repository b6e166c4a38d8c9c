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

static void N(binary)(tw_binary op, void *y_, const void *a_, const void *b_, int64_t n) {
  T *restrict y = y_;
  const T *a = a_, *b = b_;
  switch (op) {
    case TW_ADD: for (int64_t i = 0; i < n; i++) y[i] = a[i] + b[i]; break;
    case TW_SUBTRACT: for (int64_t i = 0; i < n; i++) y[i] = a[i] - b[i]; break;
    case TW_MULTIPLY: for (int64_t i = 0; i < n; i++) y[i] = a[i] * b[i]; break;
    case TW_DIVIDE: for (int64_t i = 0; i < n; i++) y[i] = a[i] / b[i]; break;
  }
}

/* One innermost row of a broadcast: strides are 0 or 1 after the shapes have been folded, any
   other stride takes the last loop. */
#define ROW(OP)                                                                           \
  if (sa == 1 && sb == 1) for (int64_t i = 0; i < n; i++) y[i] = a[i] OP b[i];            \
  else if (sa == 1 && sb == 0) for (int64_t i = 0; i < n; i++) y[i] = a[i] OP b[0];       \
  else if (sa == 0 && sb == 1) for (int64_t i = 0; i < n; i++) y[i] = a[0] OP b[i];       \
  else for (int64_t i = 0; i < n; i++) y[i] = a[i * sa] OP b[i * sb];
static void N(broadcast_row)(
    tw_binary op, T *restrict y, const T *a, int64_t sa, const T *b, int64_t sb, int64_t n) {
  switch (op) {
    case TW_ADD: ROW(+) break;
    case TW_SUBTRACT: ROW(-) break;
    case TW_MULTIPLY: ROW(*) break;
    case TW_DIVIDE: ROW(/) break;
  }
}
#undef ROW

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

/* A NaN stays a NaN: the comparison is false for it, and the entry itself is kept. */
static void N(relu)(void *y_, const void *x_, int64_t n) {
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t i = 0; i < n; i++) y[i] = x[i] <= 0 ? 0 : x[i];
}

static void N(relu_backward)(void *dx_, const void *y_, const void *dy_, int64_t n) {
  T *restrict dx = dx_;
  const T *restrict y = y_, *restrict dy = dy_;
  for (int64_t i = 0; i < n; i++) dx[i] = y[i] > 0 ? dy[i] : 0;
}

static void N(sigmoid)(void *y_, const void *x_, int64_t n) {
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t i = 0; i < n; i++) y[i] = 1 / (1 + EXP(-x[i]));
}

static void N(sigmoid_backward)(void *dx_, const void *y_, const void *dy_, int64_t n) {
  T *restrict dx = dx_;
  const T *restrict y = y_, *restrict dy = dy_;
  for (int64_t i = 0; i < n; i++) dx[i] = dy[i] * y[i] * (1 - y[i]);
}

static void N(exponential)(void *y_, const void *x_, int64_t n) {
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t i = 0; i < n; i++) y[i] = EXP(x[i]);
}

static void N(square_root)(void *y_, const void *x_, int64_t n) {
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t i = 0; i < n; i++) y[i] = __builtin_elementwise_sqrt(x[i]);
}

static void N(square_root_backward)(void *dx_, const void *y_, const void *dy_, int64_t n) {
  T *restrict dx = dx_;
  const T *restrict y = y_, *restrict dy = dy_;
  for (int64_t i = 0; i < n; i++) dx[i] = (T)0.5 * dy[i] / y[i];
}

static void N(square)(void *y_, const void *x_, int64_t n) {
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t i = 0; i < n; i++) y[i] = x[i] * x[i];
}

static void N(square_backward)(void *dx_, const void *x_, const void *dy_, int64_t n) {
  T *restrict dx = dx_;
  const T *restrict x = x_, *restrict dy = dy_;
  for (int64_t i = 0; i < n; i++) dx[i] = 2 * x[i] * dy[i];
}

static void N(absolute)(void *y_, const void *x_, int64_t n) {
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t i = 0; i < n; i++) y[i] = __builtin_elementwise_abs(x[i]);
}

/* At 0 the derivative is taken as 0, as torch takes it. */
static void N(absolute_backward)(void *dx_, const void *x_, const void *dy_, int64_t n) {
  T *restrict dx = dx_;
  const T *restrict x = x_, *restrict dy = dy_;
  for (int64_t i = 0; i < n; i++) dx[i] = x[i] > 0 ? dy[i] : (x[i] < 0 ? -dy[i] : 0 * x[i]);
}
