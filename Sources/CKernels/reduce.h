/* Loops that sum, move or choose. Included once per precision and level. */

static double N(sum)(const void *x_, int64_t n) {
  RELAXED
  const T *restrict x = x_;
  T s = 0;
  for (int64_t i = 0; i < n; i++) s += x[i];
  return (double)s;
}

static void N(sum_to_row)(
    T *restrict y, int64_t sy, const T *restrict x, int64_t sx, int64_t n) {
  RELAXED
  if (sy == 0 && sx == 1) {
    T s = 0;
    for (int64_t i = 0; i < n; i++) s += x[i];
    y[0] += s;
  } else if (sy == 1 && sx == 1) {
    for (int64_t i = 0; i < n; i++) y[i] += x[i];
  } else {
    for (int64_t i = 0; i < n; i++) y[i * sy] += x[i * sx];
  }
}

static void N(sum_to)(void *y_, int64_t y_count, const void *x_, const tw_walk *w) {
  T *y = y_;
  for (int64_t i = 0; i < y_count; i++) y[i] = 0;
  const int inner = w->rank - 1;
  int64_t index[TW_RANK] = {0}, outer = 1, yt = 0, xt = 0;
  for (int d = 0; d < inner; d++) outer *= w->extent[d];
  const int64_t n = inner < 0 ? 1 : w->extent[inner];
  for (int64_t row = 0; row < outer; row++) {
    N(sum_to_row)(
        y + yt, inner < 0 ? 0 : w->first[inner], (const T *)x_ + xt,
        inner < 0 ? 1 : w->second[inner], n);
    for (int d = inner - 1; d >= 0; d--) {
      yt += w->first[d], xt += w->second[d];
      if (++index[d] < w->extent[d]) break;
      yt -= w->first[d] * w->extent[d], xt -= w->second[d] * w->extent[d], index[d] = 0;
    }
  }
}

static void N(repeat_row)(void *y_, const void *b_, int64_t rows, int64_t columns) {
  T *restrict y = y_;
  const T *restrict b = b_;
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c++) y[r * columns + c] = b[c];
}

static void N(sum_rows)(void *y_, const void *x_, int64_t rows, int64_t columns) {
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t c = 0; c < columns; c++) y[c] = 0;
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c++) y[c] += x[r * columns + c];
}

static void N(transpose)(void *y_, const void *x_, int64_t rows, int64_t columns) {
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t c = 0; c < columns; c++)
    for (int64_t r = 0; r < rows; r++) y[c * rows + r] = x[r * columns + c];
}

static double N(trace)(const void *x_, int64_t n) {
  const T *x = x_;
  T s = 0;
  for (int64_t i = 0; i < n; i++) s += x[i * (n + 1)];
  return (double)s;
}

static void N(diagonal)(void *y_, double v, int64_t n) {
  T *restrict y = y_;
  for (int64_t i = 0; i < n * n; i++) y[i] = 0;
  for (int64_t i = 0; i < n; i++) y[i * (n + 1)] = (T)v;
}

static void N(select)(void *y_, const void *mask_, const void *x_, int64_t n) {
  T *restrict y = y_;
  const T *restrict mask = mask_, *restrict x = x_;
  for (int64_t i = 0; i < n; i++) y[i] = mask[i] != 0 ? x[i] : 0;
}

/* Quickselect for the k-th largest would need scratch; k rounds of a threshold need none. Each
   round finds the largest entry below the last one taken, (value, index) in lexical order. */
static void N(top_k_mask)(void *mask_, const void *x_, int64_t n, int64_t k) {
  T *restrict mask = mask_;
  const T *restrict x = x_;
  for (int64_t i = 0; i < n; i++) mask[i] = 0;
  for (int64_t taken = 0; taken < k; taken++) {
    int64_t best = -1;
    for (int64_t i = 0; i < n; i++)
      if (mask[i] == 0 && (best < 0 || x[i] > x[best] || (x[i] != x[i] && x[best] == x[best])))
        best = i;
    mask[best] = 1;
  }
}

static double N(masked_squares)(const void *a_, const void *b_, const void *mask_, int64_t n) {
  RELAXED
  const T *restrict a = a_, *restrict b = b_, *restrict mask = mask_;
  T s = 0;
  if (!mask) {
    for (int64_t i = 0; i < n; i++) { T d = a[i] - b[i]; s += d * d; }
  } else {
    for (int64_t i = 0; i < n; i++) { T d = mask[i] != 0 ? a[i] - b[i] : 0; s += mask[i] * d * d; }
  }
  return (double)s;
}

static void N(masked_squares_backward)(
    void *da_, const void *a_, const void *b_, const void *mask_, double scale, int64_t n) {
  T *restrict da = da_;
  const T *restrict a = a_, *restrict b = b_, *restrict mask = mask_;
  const T k = (T)scale;
  if (!mask) {
    for (int64_t i = 0; i < n; i++) da[i] = k * (a[i] - b[i]);
  } else {
    for (int64_t i = 0; i < n; i++) da[i] = mask[i] != 0 ? k * mask[i] * (a[i] - b[i]) : 0;
  }
}

static int64_t N(first_non_finite)(const void *x_, int64_t n) {
  const U *restrict x = x_;
  for (int64_t i = 0; i < n; i++)
    if ((x[i] & MAGNITUDE) >= INFINITE) return i;
  return -1;
}
