/* Loops of attention. Included once per precision and level. */

/* The largest of x where mask (null: everywhere) is not 0, kept in lanes so that the loop is made of
   vectors. A NaN is passed over here and comes through the exponentials. */
static T N(largest_allowed)(const T *restrict x, const T *restrict mask, int64_t n) {
  enum { LANES = 16 };
  const T lowest = -(T)__builtin_inf();
  T lane[LANES];
  for (int l = 0; l < LANES; l++) lane[l] = lowest;
  int64_t c = 0;
  if (mask) {
    for (; c + LANES <= n; c += LANES)
      for (int l = 0; l < LANES; l++) {
        const T v = mask[c + l] != 0 ? x[c + l] : lowest;
        lane[l] = v > lane[l] ? v : lane[l];
      }
  } else {
    for (; c + LANES <= n; c += LANES)
      for (int l = 0; l < LANES; l++) lane[l] = x[c + l] > lane[l] ? x[c + l] : lane[l];
  }
  T top = lowest;
  for (int l = 0; l < LANES; l++) top = lane[l] > top ? lane[l] : top;
  for (; c < n; c++)
    if ((!mask || mask[c] != 0) && x[c] > top) top = x[c];
  return top;
}

/* The number of columns that row r may look at. */
static inline int64_t N(seen)(int64_t r, int64_t columns, int64_t seen) {
  return seen + r < columns ? seen + r : columns;
}

static void N(attention_softmax)(
    void *p_, void *kept_, int32_t again, const void *mask_, int64_t rows, int64_t columns,
    int64_t seen, double scale_) {
  const T *restrict mask = mask_;
  const T scale = (T)scale_;
  T none[2];
  int64_t first = 0;
  if (mask)
    while (first < columns && !(mask[first] != 0)) first++;
  for (int64_t r = 0; r < rows; r++) {
    T *restrict p = (T *)p_ + r * columns;
    T *kept = kept_ ? (T *)kept_ + 2 * r : none;
    const int64_t n = N(seen)(r, columns, seen);
    if (first >= n) {
      for (int64_t c = 0; c < columns; c++) p[c] = 0;
      continue;
    }
    if (!again) kept[0] = N(largest_allowed)(p, mask, n);
    const T top = kept[0];
    if (mask) {
      for (int64_t c = 0; c < n; c++) {
        const T e = EXP(mask[c] != 0 ? scale * (p[c] - top) : 0);
        p[c] = mask[c] != 0 ? e : 0;
      }
    } else {
      for (int64_t c = 0; c < n; c++) p[c] = EXP(scale * (p[c] - top));
    }
    if (!again) kept[1] = (T)(1 / N(sum)(p, n));
    const T inverse = kept[1];
    for (int64_t c = 0; c < n; c++) p[c] *= inverse;
    for (int64_t c = n; c < columns; c++) p[c] = 0;
  }
}

static double N(dot)(const T *restrict a, const T *restrict b, int64_t n) {
  RELAXED
  double total = 0;
  for (int64_t start = 0; start < n; start += CHUNK) {
    const int64_t end = start + CHUNK < n ? start + CHUNK : n;
    T s = 0;
    for (int64_t i = start; i < end; i++) s += a[i] * b[i];
    total += (double)s;
  }
  return total;
}

static void N(attention_softmax_backward)(
    void *ds_, const void *p_, int64_t rows, int64_t columns, int64_t seen, double scale_) {
  const T scale = (T)scale_;
  for (int64_t r = 0; r < rows; r++) {
    T *restrict ds = (T *)ds_ + r * columns;
    const T *restrict p = (const T *)p_ + r * columns;
    const int64_t n = N(seen)(r, columns, seen);
    const T mean = (T)N(dot)(ds, p, n);
    for (int64_t c = 0; c < n; c++) ds[c] = scale * p[c] * (ds[c] - mean);
    for (int64_t c = n; c < columns; c++) ds[c] = 0;
  }
}

static void N(keep_rows)(
    void *y_, const void *x_, const void *mask_, int64_t rows, int64_t columns, int64_t stride) {
  const T *restrict mask = mask_;
  for (int64_t r = 0; r < rows; r++) {
    T *restrict y = (T *)y_ + r * columns;
    const T *restrict x = (const T *)x_ + r * stride;
    if (mask[r] != 0)
      for (int64_t c = 0; c < columns; c++) y[c] = x[c];
    else
      for (int64_t c = 0; c < columns; c++) y[c] = 0;
  }
}
