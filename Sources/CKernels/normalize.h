/* Normalizations. Included once per precision and level. */

/* Takes n numbers into a mean and a sum of squared distances, piece by piece: of each the mean, then
   the distances from it, with the mean's own error taken off (Chan, Golub, LeVeque 1983,
   "Algorithms for computing the sample variance", eq. 1.7 and 2.1). One pass over memory. */
static void N(add_moments)(moments *m, const T *restrict x, int64_t n) {
  RELAXED
  for (int64_t start = 0; start < n; start += CHUNK) {
    const int64_t end = start + CHUNK < n ? start + CHUNK : n;
    T sum = 0, rest = 0, squares = 0;
    for (int64_t i = start; i < end; i++) sum += x[i];
    const T mean = sum / (T)(end - start);
    for (int64_t i = start; i < end; i++) {
      const T d = x[i] - mean;
      rest += d, squares += d * d;
    }
    merge_moments(m, (double)(end - start), (double)mean, (double)rest, (double)squares);
  }
}

/* Sums of dy and of dy (x - mean). */
static void N(add_products)(
    double *sum, double *product, const T *restrict dy, const T *restrict x, T mean, int64_t n) {
  RELAXED
  for (int64_t start = 0; start < n; start += CHUNK) {
    const int64_t end = start + CHUNK < n ? start + CHUNK : n;
    T s = 0, p = 0;
    for (int64_t i = start; i < end; i++) s += dy[i], p += dy[i] * (x[i] - mean);
    *sum += (double)s, *product += (double)p;
  }
}

/* The same of g dy. */
static void N(add_scaled_products)(
    double *sum, double *product, const T *restrict g, const T *restrict dy, const T *restrict x,
    T mean, int64_t n) {
  RELAXED
  for (int64_t start = 0; start < n; start += CHUNK) {
    const int64_t end = start + CHUNK < n ? start + CHUNK : n;
    T s = 0, p = 0;
    for (int64_t i = start; i < end; i++) {
      const T v = g[i] * dy[i];
      s += v, p += v * (x[i] - mean);
    }
    *sum += (double)s, *product += (double)p;
  }
}

static void N(group_normalize)(
    void *y_, void *saved, const void *x_, const void *gain_, const void *offset_,
    const tw_groups *w, int64_t first, int64_t end) {
  const int64_t n = w->channels * w->length;
  T *means = saved, *scales = means + w->batch * w->groups;
  for (int64_t row = first; row < end; row++) {
    T *restrict y = (T *)y_ + row * n;
    const T *restrict x = (const T *)x_ + row * n;
    const T *restrict gain = (const T *)gain_ + row % w->groups * w->channels;
    const T *restrict offset = (const T *)offset_ + row % w->groups * w->channels;
    moments m = {0, 0, 0};
    N(add_moments)(&m, x, n);
    const T mean = (T)m.mean, scale = (T)(1 / SQRT(variance(&m) + w->epsilon));
    means[row] = mean, scales[row] = scale;
    if (w->length == 1) {
      for (int64_t i = 0; i < n; i++) y[i] = (x[i] - mean) * scale * gain[i] + offset[i];
    } else {
      for (int64_t c = 0; c < w->channels; c++) {
        const T k = scale * gain[c], b = offset[c];
        for (int64_t i = c * w->length; i < (c + 1) * w->length; i++) y[i] = (x[i] - mean) * k + b;
      }
    }
  }
}

static void N(group_normalize_backward)(
    void *dx_, const void *x_, const void *saved, const void *gain_, const void *dy_,
    const tw_groups *w, int64_t first, int64_t end) {
  const int64_t n = w->channels * w->length, length = w->length;
  const T *means = saved, *scales = means + w->batch * w->groups;
  for (int64_t row = first; row < end; row++) {
    T *restrict dx = (T *)dx_ + row * n;
    const T *restrict x = (const T *)x_ + row * n, *restrict dy = (const T *)dy_ + row * n;
    const T *restrict gain = (const T *)gain_ + row % w->groups * w->channels;
    const T mean = means[row], scale = scales[row];
    double sum = 0, product = 0;
    if (length == 1) {
      N(add_scaled_products)(&sum, &product, gain, dy, x, mean, n);
    } else {
      for (int64_t c = 0; c < w->channels; c++) {
        double s = 0, p = 0;
        N(add_products)(&s, &p, dy + c * length, x + c * length, mean, length);
        sum += (double)gain[c] * s, product += (double)gain[c] * p;
      }
    }
    const T a = (T)(sum / (double)n);
    const T b = (T)(product / (double)n * (double)scale * (double)scale);
    if (length == 1) {
      for (int64_t i = 0; i < n; i++) dx[i] = scale * (gain[i] * dy[i] - a - (x[i] - mean) * b);
    } else {
      for (int64_t c = 0; c < w->channels; c++) {
        const T g = gain[c];
        for (int64_t i = c * length; i < (c + 1) * length; i++)
          dx[i] = scale * (g * dy[i] - a - (x[i] - mean) * b);
      }
    }
  }
}

enum { N(STRIP) = 64, N(BLOCK) = 64 };

/* Sums over rows [top, bottom) of dy and of dy (x - mean) / deviation for a strip of columns. */
static inline __attribute__((always_inline)) void N(strip_products)(
    T *restrict sums, T *restrict products, const T *restrict x, const T *restrict dy,
    const T *restrict means, const T *restrict scales, int64_t groups, int64_t columns,
    int64_t top, int64_t bottom, int64_t width) {
  for (int64_t r = top; r < bottom; r++) {
    const T mean = means[r * groups], scale = scales[r * groups];
    for (int64_t c = 0; c < width; c++) {
      const T d = dy[r * columns + c];
      sums[c] += d, products[c] += d * ((x[r * columns + c] - mean) * scale);
    }
  }
}

/* A group's share of the derivatives where a channel is one column. */
static void N(column_parameters)(
    T *dgain, T *doffset, const T *x, const T *dy, const T *means, const T *scales,
    const tw_groups *w, int64_t begin, int64_t end) {
  const int64_t columns = w->groups * w->channels;
  for (int64_t left = begin; left < end; left += N(STRIP)) {
    const int64_t width = left + N(STRIP) < end ? N(STRIP) : end - left;
    double gains[N(STRIP)] = {0}, offsets[N(STRIP)] = {0};
    for (int64_t top = 0; top < w->batch; top += N(BLOCK)) {
      const int64_t bottom = top + N(BLOCK) < w->batch ? top + N(BLOCK) : w->batch;
      T sums[N(STRIP)] = {0}, products[N(STRIP)] = {0};
      /* A full strip has a width that the compiler knows. */
      if (width == N(STRIP))
        N(strip_products)(
            sums, products, x + left, dy + left, means, scales, w->groups, columns, top, bottom,
            N(STRIP));
      else
        N(strip_products)(
            sums, products, x + left, dy + left, means, scales, w->groups, columns, top, bottom,
            width);
      for (int64_t c = 0; c < width; c++)
        gains[c] += (double)products[c], offsets[c] += (double)sums[c];
    }
    for (int64_t c = 0; c < width; c++)
      dgain[left + c] = (T)gains[c], doffset[left + c] = (T)offsets[c];
  }
}

static void N(group_normalize_parameters)(
    void *dgain_, void *doffset_, const void *x_, const void *saved, const void *dy_,
    const tw_groups *w, int64_t begin, int64_t end) {
  T *dgain = dgain_, *doffset = doffset_;
  const T *x = x_, *dy = dy_, *means = saved, *scales = means + w->batch * w->groups;
  for (int64_t g = 0; g < w->groups; g++) {
    const int64_t first = g * w->channels;
    if (w->length == 1) {
      N(column_parameters)(
          dgain + first, doffset + first, x + first, dy + first, means + g, scales + g, w,
          begin, end);
      continue;
    }
    for (int64_t c = first + begin; c < first + end; c++) {
      double sum = 0, product = 0;
      for (int64_t b = 0; b < w->batch; b++) {
        const int64_t at = (b * w->groups * w->channels + c) * w->length;
        double p = 0;
        N(add_products)(&sum, &p, dy + at, x + at, means[b * w->groups + g], w->length);
        /* Over nothing the scale is no number. */
        if (w->length > 0) product += p * (double)scales[b * w->groups + g];
      }
      dgain[c] = (T)product, doffset[c] = (T)sum;
    }
  }
}

/* Rows [top, bottom) of a strip of columns into each column's moments. */
static inline __attribute__((always_inline)) void N(strip_moments)(
    moments *m, const T *restrict x, int64_t columns, int64_t top, int64_t bottom, int64_t width) {
  T mean[N(STRIP)] = {0}, rest[N(STRIP)] = {0}, squares[N(STRIP)] = {0};
  for (int64_t r = top; r < bottom; r++)
    for (int64_t c = 0; c < width; c++) mean[c] += x[r * columns + c];
  for (int64_t c = 0; c < width; c++) mean[c] /= (T)(bottom - top);
  for (int64_t r = top; r < bottom; r++)
    for (int64_t c = 0; c < width; c++) {
      const T d = x[r * columns + c] - mean[c];
      rest[c] += d, squares[c] += d * d;
    }
  for (int64_t c = 0; c < width; c++)
    merge_moments(
        m + c, (double)(bottom - top), (double)mean[c], (double)rest[c], (double)squares[c]);
}

static void N(channel_moments)(
    void *mean_, void *variance_, const void *x_, int64_t batch, int64_t channels, int64_t length) {
  T *mean = mean_, *variances = variance_;
  const T *x = x_;
  if (length != 1) {
    for (int64_t c = 0; c < channels; c++) {
      moments m = {0, 0, 0};
      for (int64_t b = 0; b < batch; b++)
        N(add_moments)(&m, x + (b * channels + c) * length, length);
      mean[c] = (T)m.mean, variances[c] = (T)variance(&m);
    }
    return;
  }
  for (int64_t left = 0; left < channels; left += N(STRIP)) {
    const int64_t width = left + N(STRIP) < channels ? N(STRIP) : channels - left;
    moments m[N(STRIP)] = {{0, 0, 0}};
    for (int64_t top = 0; top < batch; top += N(BLOCK)) {
      const int64_t bottom = top + N(BLOCK) < batch ? top + N(BLOCK) : batch;
      if (width == N(STRIP)) N(strip_moments)(m, x + left, channels, top, bottom, N(STRIP));
      else N(strip_moments)(m, x + left, channels, top, bottom, width);
    }
    for (int64_t c = 0; c < width; c++)
      mean[left + c] = (T)m[c].mean, variances[left + c] = (T)variance(m + c);
  }
}

static void N(channel_scale)(
    void *y_, const void *x_, const void *mean_, const void *scale_, const void *offset_,
    int64_t batch, int64_t channels, int64_t length) {
  T *restrict y = y_;
  const T *restrict x = x_, *restrict m = mean_, *restrict k = scale_, *restrict b = offset_;
  for (int64_t row = 0; row < batch; row++) {
    if (length == 1) {
      for (int64_t c = 0; c < channels; c++) y[c] = (x[c] - m[c]) * k[c] + b[c];
      y += channels, x += channels;
    } else {
      for (int64_t c = 0; c < channels; c++, y += length, x += length) {
        const T mean = m[c], scale = k[c], offset = b[c];
        for (int64_t i = 0; i < length; i++) y[i] = (x[i] - mean) * scale + offset;
      }
    }
  }
}

static void N(channel_products)(
    void *sum_, void *product_, const void *dy_, const void *x_, const void *mean_, int64_t batch,
    int64_t channels, int64_t length) {
  T *sums = sum_, *products = product_;
  const T *x = x_, *dy = dy_, *mean = mean_;
  if (length != 1) {
    for (int64_t c = 0; c < channels; c++) {
      double sum = 0, product = 0;
      for (int64_t b = 0; b < batch; b++) {
        const int64_t at = (b * channels + c) * length;
        N(add_products)(&sum, &product, dy + at, x + at, mean[c], length);
      }
      sums[c] = (T)sum, products[c] = (T)product;
    }
    return;
  }
  for (int64_t left = 0; left < channels; left += N(STRIP)) {
    const int64_t width = left + N(STRIP) < channels ? N(STRIP) : channels - left;
    double s[N(STRIP)] = {0}, p[N(STRIP)] = {0};
    for (int64_t top = 0; top < batch; top += N(BLOCK)) {
      const int64_t bottom = top + N(BLOCK) < batch ? top + N(BLOCK) : batch;
      T part[N(STRIP)] = {0}, crossed[N(STRIP)] = {0};
      for (int64_t r = top; r < bottom; r++)
        for (int64_t c = 0; c < width; c++) {
          const int64_t at = r * channels + left + c;
          part[c] += dy[at], crossed[c] += dy[at] * (x[at] - mean[left + c]);
        }
      for (int64_t c = 0; c < width; c++) s[c] += (double)part[c], p[c] += (double)crossed[c];
    }
    for (int64_t c = 0; c < width; c++) sums[left + c] = (T)s[c], products[left + c] = (T)p[c];
  }
}

static void N(channel_combine)(
    void *dx_, const void *dy_, const void *x_, const void *mean_, const void *p_, const void *q_,
    const void *r_, int64_t batch, int64_t channels, int64_t length) {
  T *restrict dx = dx_;
  const T *restrict dy = dy_, *restrict x = x_, *restrict m = mean_;
  const T *restrict p = p_, *restrict q = q_, *restrict r = r_;
  for (int64_t row = 0; row < batch; row++) {
    if (length == 1) {
      for (int64_t c = 0; c < channels; c++)
        dx[c] = p[c] * dy[c] + (x[c] - m[c]) * q[c] + r[c];
      dx += channels, dy += channels, x += channels;
    } else {
      for (int64_t c = 0; c < channels; c++, dx += length, dy += length, x += length) {
        const T mean = m[c], k = p[c], l = q[c], b = r[c];
        for (int64_t i = 0; i < length; i++) dx[i] = k * dy[i] + (x[i] - mean) * l + b;
      }
    }
  }
}
