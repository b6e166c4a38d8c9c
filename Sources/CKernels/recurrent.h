/* Gates of recurrent layers, one step of all sequences at a time. Included once per precision and
   level. */


/* A row of gates; as parameters the arrays are known not to overlap, so that the loop is made of
   vectors. */
static void N(lstm_row)(
    T *restrict i, T *restrict f, T *restrict g, T *restrict o, T *restrict h, T *restrict c,
    const T *restrict before, int64_t width) {
  for (int64_t k = 0; k < width; k++) {
    const T input = LOGISTIC(i[k]), forget = LOGISTIC(f[k]), output = LOGISTIC(o[k]);
    const T candidate = TANH(g[k]);
    const T cell = forget * before[k] + input * candidate;
    i[k] = input, f[k] = forget, g[k] = candidate, o[k] = output;
    c[k] = cell;
    h[k] = output * TANH(cell);
  }
}

static void N(lstm_gates)(
    void *gates, void *h, void *c, const void *before, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; r++) {
    T *i = (T *)gates + r * 4 * width;
    const int64_t place = r * width;
    N(lstm_row)(
        i, i + width, i + 2 * width, i + 3 * width, (T *)h + place, (T *)c + place,
        (const T *)before + place, width);
  }
}

static void N(lstm_row_backward)(
    T *restrict di, T *restrict df, T *restrict dg, T *restrict doo, T *restrict dc,
    const T *restrict dh, const T *restrict i, const T *restrict f, const T *restrict g,
    const T *restrict o, const T *restrict c, const T *restrict before, int64_t width) {
  for (int64_t k = 0; k < width; k++) {
    const T t = TANH(c[k]);
    const T cell = dc[k] + dh[k] * o[k] * (1 - t) * (1 + t);
    di[k] = cell * g[k] * i[k] * (1 - i[k]);
    df[k] = cell * before[k] * f[k] * (1 - f[k]);
    dg[k] = cell * i[k] * (1 - g[k]) * (1 + g[k]);
    doo[k] = dh[k] * t * o[k] * (1 - o[k]);
    dc[k] = cell * f[k];
  }
}

static void N(lstm_gates_backward)(
    void *dgates, void *dc, const void *dh, const void *gates, const void *c,
    const void *before, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; r++) {
    const T *i = (const T *)gates + r * 4 * width;
    T *di = (T *)dgates + r * 4 * width;
    const int64_t place = r * width;
    N(lstm_row_backward)(
        di, di + width, di + 2 * width, di + 3 * width, (T *)dc + place, (const T *)dh + place, i,
        i + width, i + 2 * width, i + 3 * width, (const T *)c + place, (const T *)before + place,
        width);
  }
}

static void N(gru_gates)(
    void *gates_, void *h_, const void *x_, const void *s_, const void *before_, int64_t rows,
    int64_t width) {
  for (int64_t k = 0; k < rows; k++) {
    T *restrict r = (T *)gates_ + k * 4 * width, *restrict z = r + width, *restrict n = z + width,
      *restrict q = n + width;
    const T *restrict xr = (const T *)x_ + k * 3 * width, *restrict xz = xr + width,
            *restrict xn = xz + width;
    const T *restrict sr = (const T *)s_ + k * 3 * width, *restrict sz = sr + width,
            *restrict sn = sz + width;
    T *restrict h = (T *)h_ + k * width;
    const T *restrict before = (const T *)before_ + k * width;
    for (int64_t j = 0; j < width; j++) {
      const T reset = LOGISTIC(xr[j] + sr[j]), update = LOGISTIC(xz[j] + sz[j]);
      const T candidate = TANH(xn[j] + reset * sn[j]);
      r[j] = reset, z[j] = update, n[j] = candidate, q[j] = sn[j];
      h[j] = candidate + update * (before[j] - candidate);
    }
  }
}

static void N(gru_gates_backward)(
    void *dx_, void *ds_, void *dh_, const void *gates_, const void *before_, int64_t rows,
    int64_t width) {
  for (int64_t k = 0; k < rows; k++) {
    const T *restrict r = (const T *)gates_ + k * 4 * width, *restrict z = r + width,
            *restrict n = z + width, *restrict q = n + width;
    T *restrict xr = (T *)dx_ + k * 3 * width, *restrict xz = xr + width,
      *restrict xn = xz + width;
    T *restrict sr = (T *)ds_ + k * 3 * width, *restrict sz = sr + width,
      *restrict sn = sz + width;
    T *restrict dh = (T *)dh_ + k * width;
    const T *restrict before = (const T *)before_ + k * width;
    for (int64_t j = 0; j < width; j++) {
      const T candidate = dh[j] * (1 - z[j]) * (1 - n[j]) * (1 + n[j]);
      const T update = dh[j] * (before[j] - n[j]) * z[j] * (1 - z[j]);
      const T reset = candidate * q[j] * r[j] * (1 - r[j]);
      xr[j] = reset, xz[j] = update, xn[j] = candidate;
      sr[j] = reset, sz[j] = update, sn[j] = candidate * r[j];
      dh[j] *= z[j];
    }
  }
}

