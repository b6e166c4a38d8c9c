/* Loops that sum, move or choose. Included once per precision and level. */

static double N(sum)(const void *x_, int64_t n) {
  RELAXED
  const T *restrict x = x_;
  double total = 0;
  for (int64_t start = 0; start < n; start += CHUNK) {
    const int64_t end = start + CHUNK < n ? start + CHUNK : n;
    T s = 0;
    for (int64_t i = start; i < end; i++) s += x[i];
    total += (double)s;
  }
  return total;
}

static void N(sum_to_row)(
    double *restrict y, int64_t sy, const T *restrict x, int64_t sx, int64_t n) {
  if (sy == 0 && sx == 1) {
    y[0] += N(sum)(x, n);
  } else if (sy == 1 && sx == 1) {
    for (int64_t i = 0; i < n; i++) y[i] += (double)x[i];
  } else {
    for (int64_t i = 0; i < n; i++) y[i * sy] += (double)x[i * sx];
  }
}

static void N(sum_to)(
    void *y_, double *totals, int64_t y_count, const void *x_, const tw_walk *w) {
  double *y = totals;
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
  T *restrict result = y_;
  for (int64_t i = 0; i < y_count; i++) result[i] = (T)totals[i];
}

static void N(repeat_row)(void *y_, const void *b_, int64_t rows, int64_t columns) {
  T *restrict y = y_;
  const T *restrict b = b_;
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c++) y[r * columns + c] = b[c];
}

static void N(sum_rows)(void *y_, const void *x_, int64_t rows, int64_t columns) {
  enum { STRIP = 64, BLOCK = 64 };
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t left = 0; left < columns; left += STRIP) {
    const int64_t width = left + STRIP < columns ? STRIP : columns - left;
    double totals[STRIP] = {0};
    for (int64_t top = 0; top < rows; top += BLOCK) {
      const int64_t bottom = top + BLOCK < rows ? top + BLOCK : rows;
      T part[STRIP] = {0};
      /* A full strip has a width that the compiler knows and keeps in registers. */
      if (width == STRIP) {
        for (int64_t r = top; r < bottom; r++)
          for (int c = 0; c < STRIP; c++) part[c] += x[r * columns + left + c];
      } else {
        for (int64_t r = top; r < bottom; r++)
          for (int64_t c = 0; c < width; c++) part[c] += x[r * columns + left + c];
      }
      for (int64_t c = 0; c < width; c++) totals[c] += (double)part[c];
    }
    for (int64_t c = 0; c < width; c++) y[left + c] = (T)totals[c];
  }
}

static double N(trace)(const void *x_, int64_t n) {
  const T *x = x_;
  double s = 0;
  for (int64_t i = 0; i < n; i++) s += (double)x[i * (n + 1)];
  return s;
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

/* The order of top_k_mask: a NaN stands above every number. */
static inline int N(above)(T a, T b) { return a != a ? b == b : a > b; }

/* Hoare's selection (1961, algorithm 65): the k-th largest of `a`, which is reordered. */
static T N(kth_largest)(T *a, int64_t n, int64_t k) {
  int64_t low = 0, high = n - 1;
  while (low < high) {
    const T pivot = a[low + (high - low) / 2];
    int64_t i = low, j = high;
    while (i <= j) {
      while (N(above)(a[i], pivot)) i++;
      while (N(above)(pivot, a[j])) j--;
      if (i <= j) { T t = a[i]; a[i++] = a[j], a[j--] = t; }
    }
    if (k - 1 <= j) high = j;
    else if (k - 1 >= i) low = i;
    else break;
  }
  return a[k - 1];
}

static void N(top_k_mask)(void *mask_, const void *x_, int64_t n, int64_t k) {
  T *restrict mask = mask_;
  const T *restrict x = x_;
  for (int64_t i = 0; i < n; i++) mask[i] = x[i];
  const T last = N(kth_largest)(mask, n, k);
  int64_t left = k;
  for (int64_t i = 0; i < n; i++) left -= N(above)(x[i], last);
  for (int64_t i = 0; i < n; i++) {
    const int isAbove = N(above)(x[i], last), isEqual = !isAbove && !N(above)(last, x[i]);
    mask[i] = isAbove || (isEqual && left > 0);
    left -= isEqual;
  }
}

static int64_t N(first_non_finite)(const void *x_, int64_t n) {
  const U *restrict x = x_;
  for (int64_t i = 0; i < n; i++)
    if ((x[i] & MAGNITUDE) >= INFINITE) return i;
  return -1;
}
