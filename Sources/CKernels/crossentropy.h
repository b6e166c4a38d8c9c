/* Cross entropy over the rows of a matrix of logits. Included after axis.h, once per precision and
   level. `saved` keeps two numbers a row for the derivative: the largest logit, and the sum of the
   exponentials about it. */

/* log of the sum of the exponentials of a row, about its largest entry. */
static double N(log_sum)(T *restrict saved, const T *restrict x, int64_t columns) {
  saved[0] = N(largest_row)(x, columns);
  const double sum = N(total_of_exponentials_row)(x, x, saved[0], columns);
  saved[1] = (T)sum;
  return __builtin_log(sum);
}

static double N(class_cross_entropy)(
    void *saved_, const void *x_, const int32_t *classes, const void *mask_, double smoothing,
    int64_t rows, int64_t columns) {
  T *saved = saved_;
  const T *mask = mask_;
  double total = 0;
  for (int64_t r = 0; r < rows; r++) {
    if (mask && mask[r] == 0) continue;
    const T *x = (const T *)x_ + r * columns;
    const double above = N(log_sum)(saved + 2 * r, x, columns) + (double)saved[2 * r];
    double loss = (1 - smoothing) * (above - (double)x[classes[r]]);
    if (smoothing != 0)
      loss += smoothing * (above - N(total_row)(x, x, 0, columns) / (double)columns);
    total += mask ? (double)mask[r] * loss : loss;
  }
  return total;
}

static void N(class_cross_entropy_backward)(
    void *dx_, const void *saved_, const void *x_, const int32_t *classes, const void *mask_,
    double smoothing, double scale, int64_t rows, int64_t columns) {
  const T *saved = saved_, *mask = mask_;
  for (int64_t r = 0; r < rows; r++) {
    T *restrict dx = (T *)dx_ + r * columns;
    const T *restrict x = (const T *)x_ + r * columns;
    if (mask && mask[r] == 0) {
      for (int64_t c = 0; c < columns; c++) dx[c] = 0;
      continue;
    }
    const double k = mask ? scale * (double)mask[r] : scale;
    const T most = saved[2 * r], share = (T)(k / (double)saved[2 * r + 1]);
    const T spread = (T)(k * smoothing / (double)columns);
    for (int64_t c = 0; c < columns; c++) dx[c] = share * EXP(x[c] - most) - spread;
    dx[classes[r]] -= (T)(k * (1 - smoothing));
  }
}

static double N(cross_entropy)(
    void *saved_, const void *x_, const void *t_, const void *mask_, int64_t rows,
    int64_t columns) {
  RELAXED
  T *saved = saved_;
  const T *mask = mask_;
  double total = 0;
  for (int64_t r = 0; r < rows; r++) {
    if (mask && mask[r] == 0) continue;
    const T *restrict x = (const T *)x_ + r * columns, *restrict t = (const T *)t_ + r * columns;
    const T log = (T)N(log_sum)(saved + 2 * r, x, columns), most = saved[2 * r];
    double loss = 0;
    for (int64_t start = 0; start < columns; start += CHUNK) {
      const int64_t end = start + CHUNK < columns ? start + CHUNK : columns;
      T s = 0;
      for (int64_t c = start; c < end; c++) s += t[c] == 0 ? 0 : t[c] * (log - (x[c] - most));
      loss += (double)s;
    }
    total += mask ? (double)mask[r] * loss : loss;
  }
  return total;
}

static void N(cross_entropy_backward)(
    int operand, void *dx_, const void *saved_, const void *x_, const void *t_, const void *mask_,
    double scale, int64_t rows, int64_t columns) {
  const T *saved = saved_, *mask = mask_;
  for (int64_t r = 0; r < rows; r++) {
    T *restrict dx = (T *)dx_ + r * columns;
    const T *restrict x = (const T *)x_ + r * columns, *restrict t = (const T *)t_ + r * columns;
    if (mask && mask[r] == 0) {
      for (int64_t c = 0; c < columns; c++) dx[c] = 0;
      continue;
    }
    const double k = mask ? scale * (double)mask[r] : scale, sum = (double)saved[2 * r + 1];
    const T most = saved[2 * r], factor = (T)k, log = (T)__builtin_log(sum);
    if (operand == 0) {
      const T share = (T)(k * N(total_row)(t, t, 0, columns) / sum);
      for (int64_t c = 0; c < columns; c++) dx[c] = share * EXP(x[c] - most) - factor * t[c];
    } else {
      for (int64_t c = 0; c < columns; c++) dx[c] = factor * (log - (x[c] - most));
    }
  }
}
