/* Softmax and its logarithm along one axis. Included after axis.h, once per precision and level.
   One slice of the outer axes is done at a time, so that a row is still at hand in its last pass. */

SPREAD(exponential_about, EXP(v - p))
SPREAD(shifted, (v - p) - q)
SPREAD(times_difference, v * (w - p))
SPREAD(share_taken, q == -BEYOND ? 0 : w - p * EXP(v))
/* most = the largest along the axis, 0 where that is -inf: a slice of nothing but -inf then has the
   sum 0. */
static void N(largest_or_zero)(T *restrict most, const T *restrict x, tw_axis a) {
  N(largest)(most, x, a);
  for (int64_t i = 0; i < a.inner; i++) most[i] = most[i] == -BEYOND ? 0 : most[i];
}

/* Each entry of y times the number that belongs to its place across the axis. */
static void N(scale_slice)(T *restrict y, const T *restrict factors, tw_axis a) {
  if (a.inner == 1) {
    const T factor = factors[0];
    for (int64_t e = 0; e < a.extent; e++) y[e] *= factor;
    return;
  }
  for (int64_t e = 0; e < a.extent; e++)
    for (int64_t c = 0; c < a.inner; c++) y[e * a.inner + c] *= factors[c];
}

static void N(softmax)(void *y_, void *work_, const void *x_, tw_axis axis) {
  T *most = work_, *sum = most + axis.inner;
  const int64_t slice = axis.extent * axis.inner;
  const tw_axis a = {1, axis.extent, axis.inner};
  for (int64_t o = 0; slice > 0 && o < axis.outer; o++) {
    T *y = (T *)y_ + o * slice;
    const T *x = (const T *)x_ + o * slice;
    N(largest_or_zero)(most, x, a);
    N(exponential_about)(y, x, x, most, most, a);
    N(total)(sum, y, y, NULL, 1, a);
    for (int64_t i = 0; i < a.inner; i++) sum[i] = sum[i] == 0 ? 0 : 1 / sum[i];
    N(scale_slice)(y, sum, a);
  }
}

static void N(softmax_backward)(
    void *dx_, void *work_, const void *y_, const void *dy_, tw_axis axis) {
  T *dot = work_;
  const int64_t slice = axis.extent * axis.inner;
  const tw_axis a = {1, axis.extent, axis.inner};
  for (int64_t o = 0; slice > 0 && o < axis.outer; o++) {
    const T *y = (const T *)y_ + o * slice, *dy = (const T *)dy_ + o * slice;
    N(total_of_products)(dot, y, dy, NULL, 1, a);
    N(times_difference)((T *)dx_ + o * slice, y, dy, dot, dot, a);
  }
}

static void N(log_softmax)(void *y_, void *work_, const void *x_, tw_axis axis) {
  T *most = work_, *sum = most + axis.inner;
  const int64_t slice = axis.extent * axis.inner;
  const tw_axis a = {1, axis.extent, axis.inner};
  for (int64_t o = 0; slice > 0 && o < axis.outer; o++) {
    const T *x = (const T *)x_ + o * slice;
    N(largest_or_zero)(most, x, a);
    N(total_of_exponentials)(sum, x, x, most, 1, a);
    for (int64_t i = 0; i < a.inner; i++)
      sum[i] = sum[i] == 0 ? 0 : (T)__builtin_log((double)sum[i]);
    N(shifted)((T *)y_ + o * slice, x, x, most, sum, a);
  }
}

static void N(log_softmax_backward)(
    void *dx_, void *work_, const void *y_, const void *dy_, tw_axis axis) {
  T *most = work_, *sum = most + axis.inner;
  const int64_t slice = axis.extent * axis.inner;
  const tw_axis a = {1, axis.extent, axis.inner};
  for (int64_t o = 0; slice > 0 && o < axis.outer; o++) {
    const T *y = (const T *)y_ + o * slice, *dy = (const T *)dy_ + o * slice;
    N(largest)(most, y, a);
    N(total)(sum, dy, dy, NULL, 1, a);
    N(share_taken)((T *)dx_ + o * slice, y, dy, sum, most, a);
  }
}
#undef SPREAD
#undef BEYOND
