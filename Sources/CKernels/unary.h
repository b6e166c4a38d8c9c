/* Functions of one number and their derivatives. Included once per precision and level. */

/* So far out that every function below has reached its limit; an infinity times 0 is then no NaN. */
#define WITHIN(v, low, high) ((v) < (low) ? (T)(low) : ((v) > (high) ? (T)(high) : (v)))
/* Twice the argument of the hyperbolic tangent in the approximation of GELU, and its derivative. */
#define GELU_ARGUMENT(v) ((T)1.5957691216057308 * ((v) + (T)0.044715 * (v) * (v) * (v)))
#define GELU_ARGUMENT_SLOPE(v) ((T)1.5957691216057308 * (1 + (T)0.134145 * (v) * (v)))

#define EACH(STATEMENT)                  \
  for (int64_t i = 0; i < n; i++) {      \
    const T v = x[i];                    \
    STATEMENT;                           \
  }                                      \
  break;

static void N(unary)(tw_unary f, void *y_, const void *x_, double a, double b, int64_t n) {
  T *restrict y = y_;
  const T *restrict x = x_;
  const T p = (T)a, q = (T)b;
  switch (f) {
    /* A NaN stays a NaN: comparisons are false for it, and the entry itself is kept. */
    case TW_RELU: EACH(y[i] = v <= 0 ? 0 : v)
    case TW_LEAKY_RELU: EACH(y[i] = v > 0 ? v : p * v)
    case TW_ABSOLUTE: EACH(y[i] = __builtin_elementwise_abs(v))
    case TW_CLAMP: EACH(y[i] = v < p ? p : (v > q ? q : v))
    case TW_SQUARE: EACH(y[i] = v * v)
    case TW_SQUARE_ROOT: EACH(y[i] = SQRT(v))
    case TW_RECIPROCAL: EACH(y[i] = p / v)
    case TW_POWER_OF: EACH(y[i] = POWER(v, a))
    case TW_EXPONENTIAL: EACH(y[i] = EXP(v))
    case TW_EXPM1: EACH(y[i] = EXPM1(v))
    case TW_LOGARITHM: EACH(y[i] = LOG(v))
    case TW_LOG1P: EACH(y[i] = LOG1P(v))
    case TW_TANH: EACH(y[i] = TANH(v))
    case TW_ERF: EACH(y[i] = ERF(v))
    case TW_SIGMOID: EACH(y[i] = LOGISTIC(v))
    case TW_SOFTPLUS: EACH(y[i] = (v > 0 ? v : 0) + LOG1P(EXP(-__builtin_elementwise_abs(v))))
    case TW_SILU: EACH(const T c = v < -1000 ? -1000 : v; y[i] = c * LOGISTIC(c))
    case TW_GELU: EACH(const T c = v < -1000 ? -1000 : v; y[i] = c * NORMAL_CDF(c))
    case TW_GELU_TANH: EACH(const T c = v < -1000 ? -1000 : v; y[i] = c * LOGISTIC(GELU_ARGUMENT(c)))
  }
}

static void N(unary_backward)(
    tw_unary f, void *dx_, const void *x_, const void *y_, const void *dy_, double a, double b,
    int64_t n) {
  T *restrict dx = dx_;
  const T *restrict x = x_, *restrict y = y_, *restrict dy = dy_;
  const T p = (T)a, q = (T)b;
  switch (f) {
    case TW_RELU: EACH(dx[i] = v > 0 ? dy[i] : 0)
    case TW_LEAKY_RELU: EACH(dx[i] = v > 0 ? dy[i] : p * dy[i])
    /* At 0 the derivative is taken as 0, as torch takes it. */
    case TW_ABSOLUTE: EACH(dx[i] = v > 0 ? dy[i] : (v < 0 ? -dy[i] : 0 * v))
    case TW_CLAMP: EACH(dx[i] = v >= p && v <= q ? dy[i] : 0)
    case TW_SQUARE: EACH(dx[i] = 2 * v * dy[i])
    case TW_SQUARE_ROOT: EACH((void)v; dx[i] = (T)0.5 * dy[i] / y[i])
    case TW_RECIPROCAL: EACH(dx[i] = -dy[i] * (y[i] / v))
    case TW_POWER_OF:
      if (a == 0) {
        for (int64_t i = 0; i < n; i++) dx[i] = 0;
        break;
      }
      EACH(dx[i] = dy[i] * (p * POWER(v, a - 1)))
    case TW_EXPONENTIAL: EACH((void)v; dx[i] = dy[i] * y[i])
    case TW_EXPM1: EACH(dx[i] = dy[i] * EXP(v))
    case TW_LOGARITHM: EACH(dx[i] = dy[i] / v)
    case TW_LOG1P: EACH(dx[i] = dy[i] / (1 + v))
    case TW_TANH: EACH((void)v; dx[i] = dy[i] * ((1 - y[i]) * (1 + y[i])))
    case TW_ERF: EACH(dx[i] = dy[i] * ((T)1.1283791670955126 * EXP(-v * v)))
    case TW_SIGMOID: EACH((void)v; dx[i] = dy[i] * y[i] * (1 - y[i]))
    case TW_SOFTPLUS: EACH(dx[i] = dy[i] * LOGISTIC(v))
    case TW_SILU:
      EACH(
          const T c = WITHIN(v, -1000, 1000); const T s = LOGISTIC(c);
          dx[i] = dy[i] * (s * (1 + c * (1 - s))))
    case TW_GELU:
      EACH(
          const T c = WITHIN(v, -1000, 1000);
          dx[i] = dy[i] * (NORMAL_CDF(c) + c * ((T)0.39894228040143268 * EXP(-c * c / 2))))
    case TW_GELU_TANH:
      EACH(
          const T c = WITHIN(v, -1000, 1000); const T s = LOGISTIC(GELU_ARGUMENT(c));
          dx[i] = dy[i] * (s * (1 + c * (1 - s) * GELU_ARGUMENT_SLOPE(c))))
  }
}

#undef EACH
#undef GELU_ARGUMENT_SLOPE
#undef GELU_ARGUMENT
#undef WITHIN
