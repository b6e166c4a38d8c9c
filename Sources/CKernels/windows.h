/* Windows along the innermost axis: convolution and pooling. Included once per precision and
   level. */

/* The outputs whose window has its entry k inside the row: from `low` to below the result. */
static inline int64_t N(reach)(const tw_window *w, int64_t k, int64_t *low) {
  const int64_t at = k * w->dilation - w->padding, room = w->length - 1 - at;
  int64_t first = at >= 0 ? 0 : (-at + w->stride - 1) / w->stride;
  int64_t end = room < 0 ? 0 : room / w->stride + 1;
  if (first > w->outputs) first = w->outputs;
  if (end > w->outputs) end = w->outputs;
  *low = first;
  return end > first ? end : first;
}

static void N(unfold)(void *y_, const void *x_, const tw_window *w, int64_t channels) {
  T *restrict y = y_;
  const T *restrict x = x_;
  const int64_t step = w->stride;
  for (int64_t c = 0; c < channels; c++)
    for (int64_t k = 0; k < w->kernel; k++) {
      int64_t low;
      const int64_t high = N(reach)(w, k, &low);
      const int64_t at = c * w->length + k * w->dilation - w->padding;
      for (int64_t o = 0; o < low; o++) y[o] = 0;
      if (step == 1) for (int64_t o = low; o < high; o++) y[o] = x[at + o];
      else for (int64_t o = low; o < high; o++) y[o] = x[at + o * step];
      for (int64_t o = high; o < w->outputs; o++) y[o] = 0;
      y += w->outputs;
    }
}

static void N(fold)(void *x_, const void *y_, const tw_window *w, int64_t channels) {
  T *restrict x = x_;
  const T *restrict y = y_;
  const int64_t step = w->stride;
  for (int64_t i = 0; i < channels * w->length; i++) x[i] = 0;
  for (int64_t c = 0; c < channels; c++)
    for (int64_t k = 0; k < w->kernel; k++) {
      int64_t low;
      const int64_t high = N(reach)(w, k, &low);
      const int64_t at = c * w->length + k * w->dilation - w->padding;
      if (step == 1) for (int64_t o = low; o < high; o++) x[at + o] += y[o];
      else for (int64_t o = low; o < high; o++) x[at + o * step] += y[o];
      y += w->outputs;
    }
}

/* The window of output o, as far as it lies inside the row: from `begin` to below the result. */
static inline int64_t N(window)(const tw_window *w, int64_t o, int64_t *begin) {
  if (w->adaptive) {
    *begin = o * w->length / w->outputs;
    return ((o + 1) * w->length + w->outputs - 1) / w->outputs;
  }
  const int64_t start = o * w->stride - w->padding, end = start + w->kernel;
  *begin = start > 0 ? start : 0;
  return end < w->length ? end : w->length;
}

static inline T N(divisor)(const tw_window *w, int64_t o) {
  int64_t begin;
  if (w->include_padding && !w->adaptive) return (T)w->kernel;
  const int64_t end = N(window)(w, o, &begin);
  return (T)(end - begin);
}

/* Windows of at least so many entries are walked one by one, shorter ones side by side. */
enum { N(LONG_WINDOW) = 32 };

static void N(average_pool)(void *y_, const void *x_, const tw_window *w, int64_t rows) {
  T *restrict y = y_;
  const T *restrict x = x_;
  const int isLong = w->adaptive || w->kernel >= N(LONG_WINDOW);
  for (int64_t row = 0; row < rows; row++, y += w->outputs, x += w->length) {
    if (isLong) {
      for (int64_t o = 0; o < w->outputs; o++) {
        int64_t begin;
        const int64_t end = N(window)(w, o, &begin);
        y[o] = (T)N(sum)(x + begin, end - begin);
      }
    } else {
      for (int64_t o = 0; o < w->outputs; o++) y[o] = 0;
      for (int64_t k = 0; k < w->kernel; k++) {
        int64_t low;
        const int64_t high = N(reach)(w, k, &low), at = k - w->padding, step = w->stride;
        if (step == 1) for (int64_t o = low; o < high; o++) y[o] += x[at + o];
        else for (int64_t o = low; o < high; o++) y[o] += x[at + o * step];
      }
    }
    for (int64_t o = 0; o < w->outputs; o++) y[o] /= N(divisor)(w, o);
  }
}

static void N(average_pool_backward)(
    void *dx_, const void *dy_, const tw_window *w, int64_t rows) {
  T *restrict dx = dx_;
  const T *restrict dy = dy_;
  const int isLong = w->adaptive || w->kernel >= N(LONG_WINDOW);
  for (int64_t row = 0; row < rows; row++, dy += w->outputs, dx += w->length) {
    for (int64_t i = 0; i < w->length; i++) dx[i] = 0;
    if (isLong) {
      for (int64_t o = 0; o < w->outputs; o++) {
        int64_t begin;
        const int64_t end = N(window)(w, o, &begin);
        const T share = dy[o] / N(divisor)(w, o);
        for (int64_t i = begin; i < end; i++) dx[i] += share;
      }
    } else {
      for (int64_t k = 0; k < w->kernel; k++) {
        int64_t low;
        const int64_t high = N(reach)(w, k, &low), at = k - w->padding, step = w->stride;
        for (int64_t o = low; o < high; o++) dx[at + o * step] += dy[o] / N(divisor)(w, o);
      }
    }
  }
}

/* Whether v takes the place of the largest so far: the first NaN does and stays. */
static inline int N(is_larger)(T v, T largest) { return largest == largest && !(v <= largest); }

static void N(maximum_pool)(
    void *y_, int32_t *places, const void *x_, const tw_window *w, int64_t rows) {
  T *restrict y = y_;
  int32_t *restrict place = places;
  const T *restrict x = x_;
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t o = 0; o < w->outputs; o++) {
      int64_t begin;
      const int64_t end = N(window)(w, o, &begin);
      y[o] = x[begin];
      place[o] = (int32_t)begin;
      if (!w->adaptive) continue;
      for (int64_t i = begin + 1; i < end; i++)
        if (N(is_larger)(x[i], y[o])) y[o] = x[i], place[o] = (int32_t)i;
    }
    for (int64_t k = 0; k < w->kernel && !w->adaptive; k++) {
      int64_t low;
      const int64_t high = N(reach)(w, k, &low), at = k - w->padding, step = w->stride;
      for (int64_t o = low; o < high; o++) {
        const T v = x[at + o * step];
        const int isLarger = N(is_larger)(v, y[o]);
        y[o] = isLarger ? v : y[o];
        place[o] = isLarger ? (int32_t)(at + o * step) : place[o];
      }
    }
    y += w->outputs, place += w->outputs, x += w->length;
  }
}

static void N(maximum_pool_backward)(
    void *dx_, const int32_t *places, const void *dy_, const tw_window *w, int64_t rows) {
  T *restrict dx = dx_;
  const T *restrict dy = dy_;
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t i = 0; i < w->length; i++) dx[i] = 0;
    for (int64_t o = 0; o < w->outputs; o++) dx[places[o]] += dy[o];
    dy += w->outputs, places += w->outputs, dx += w->length;
  }
}
