/* Losses entry by entry under a mask, and their derivatives. Included once per precision and level.

   In the terms below v is a prediction, g its target, s a variance, a and b the settings of the loss.
   Where the mask is 0 all three are taken as 1, so that nothing of what stands there is read
   into the sum. */

#define MAGNITUDE_OF __builtin_elementwise_abs
#define SIGN(d) ((d) > 0 ? (T)1 : ((d) < 0 ? (T)-1 : 0 * (d)))

/* log(1 + e^v), which neither overflows nor cancels. */
static inline __attribute__((always_inline)) T N(softplus)(T v) {
  return (v > 0 ? v : 0) + LOG1P(EXP(-MAGNITUDE_OF(v)));
}

static inline __attribute__((always_inline)) T N(huber)(T d, T a) {
  const T m = MAGNITUDE_OF(d);
  return m <= a ? (T)0.5 * d * d : a * (m - (T)0.5 * a);
}

static inline __attribute__((always_inline)) T N(huber_slope)(T d, T a) {
  return d > a ? a : (d < -a ? -a : d);
}

/* A variance below the floor counts as the floor; below 0 it is none. */
static inline __attribute__((always_inline)) T N(floored)(T s, T floor) {
  return s < 0 ? (T)__builtin_nan("") : (s < floor ? floor : s);
}

static inline __attribute__((always_inline)) T N(gaussian)(T square, T s, T shift) {
  return (T)0.5 * (LOG(s) + square / s) + shift;
}

static inline __attribute__((always_inline)) T N(gaussian_slope)(T square, T s) {
  return (T)0.5 * (1 - square / s) / s;
}

/* One entry a loss: its name, its term times the mask m, the derivatives of the term by v, g and s. */
#define LOSSES                                                                            \
  LOSS(TW_SQUARED_ERROR, m * (v - g) * (v - g), 2 * (v - g), -2 * (v - g), 0)             \
  LOSS(TW_ABSOLUTE_ERROR, m * MAGNITUDE_OF(v - g), SIGN(v - g), SIGN(g - v), 0)           \
  LOSS(                                                                                   \
      TW_HUBER, m * N(huber)(v - g, a), N(huber_slope)(v - g, a), N(huber_slope)(g - v, a), 0) \
  LOSS(                                                                                   \
      TW_BINARY_CROSS_ENTROPY,                                                            \
      m * ((1 - g) * N(softplus)(v) + a * g * N(softplus)(-v)),                           \
      (1 - g) * LOGISTIC(v) - a * g * LOGISTIC(-v),                                     \
      a * N(softplus)(-v) - N(softplus)(v), 0)                                            \
  LOSS(                                                                                   \
      TW_GAUSSIAN, m * N(gaussian)((v - g) * (v - g), N(floored)(s, a), b),               \
      (v - g) / N(floored)(s, a), (g - v) / N(floored)(s, a),                             \
      N(gaussian_slope)((v - g) * (v - g), N(floored)(s, a)))

#define LOSS(KIND, TERM, BY_PREDICTION, BY_TARGET, BY_VARIANCE)                           \
  case KIND:                                                                              \
    if (!mask) {                                                                          \
      for (int64_t i = start; i < end; i++) {                                             \
        const T v = x[i], g = t[i], s = spread[i], m = 1;                                 \
        sum += TERM;                                                                      \
      }                                                                                   \
    } else {                                                                              \
      for (int64_t i = start; i < end; i++) {                                             \
        const int seen = mask[i] != 0;                                                    \
        const T v = seen ? x[i] : 1, g = seen ? t[i] : 1, s = seen ? spread[i] : 1;       \
        const T m = mask[i];                                                              \
        sum += TERM;                                                                      \
      }                                                                                   \
    }                                                                                     \
    break;
static double N(loss)(
    tw_loss kind, const void *x_, const void *t_, const void *spread_, const void *mask_,
    const tw_loss_settings *settings, int64_t n) {
  RELAXED
  const T *restrict x = x_, *restrict t = t_, *restrict mask = mask_;
  const T *restrict spread = spread_ ? spread_ : x_;
  const T a = (T)settings->first, b = (T)settings->second;
  double total = 0;
  for (int64_t start = 0; start < n; start += CHUNK) {
    const int64_t end = start + CHUNK < n ? start + CHUNK : n;
    T sum = 0;
    switch (kind) { LOSSES }
    total += (double)sum;
  }
  return total;
}
#undef LOSS

#define DERIVATIVE(TERM)                                                                  \
  if (!mask) {                                                                            \
    for (int64_t i = 0; i < n; i++) {                                                     \
      const T v = x[i], g = t[i], s = spread[i];                                          \
      dx[i] = k * (TERM);                                                                 \
    }                                                                                     \
  } else {                                                                                \
    for (int64_t i = 0; i < n; i++) {                                                     \
      const T v = x[i], g = t[i], s = spread[i];                                          \
      dx[i] = mask[i] != 0 ? k * mask[i] * (TERM) : 0;                                    \
    }                                                                                     \
  }
#define LOSS(KIND, TERM, BY_PREDICTION, BY_TARGET, BY_VARIANCE)                           \
  case KIND:                                                                              \
    if (operand == 0) { DERIVATIVE(BY_PREDICTION) }                                       \
    else if (operand == 1) { DERIVATIVE(BY_TARGET) }                                      \
    else { DERIVATIVE(BY_VARIANCE) }                                                      \
    break;
static void N(loss_backward)(
    tw_loss kind, int operand, void *dx_, const void *x_, const void *t_, const void *spread_,
    const void *mask_, const tw_loss_settings *settings, double scale, int64_t n) {
  T *restrict dx = dx_;
  const T *restrict x = x_, *restrict t = t_, *restrict mask = mask_;
  const T *restrict spread = spread_ ? spread_ : x_;
  const T a = (T)settings->first, k = (T)scale;
  switch (kind) { LOSSES }
}
#undef LOSS
#undef LOSSES
#undef DERIVATIVE
#undef SIGN
#undef MAGNITUDE_OF
