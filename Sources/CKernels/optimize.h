/* Passes over gradients and parameters; statistics ride along and are always computed.
   Included once per precision and level. */

/* Magnitudes are compared as whole numbers: the order is the same, a NaN sorts above infinity and
   the loop stays free of branches. */
static void N(gradient_statistics)(const void *g_, int64_t n, tw_gradient_statistics *out) {
  RELAXED
  const T *restrict g = g_;
  double total = 0;
  U top = 0;
  int64_t zeros = 0, bad = 0;
  for (int64_t start = 0; start < n; start += CHUNK) {
    const int64_t end = start + CHUNK < n ? start + CHUNK : n;
    T s = 0;
    I chunkZeros = 0, chunkBad = 0;
    for (int64_t i = start; i < end; i++) {
      T x = g[i];
      s += x * x;
      union { T f; U u; } bits = {x};
      U magnitude = bits.u & MAGNITUDE;
      chunkZeros += magnitude == 0;
      chunkBad += magnitude >= INFINITE;
      U finite = magnitude >= INFINITE ? 0 : magnitude;
      top = finite > top ? finite : top;
    }
    total += (double)s;
    zeros += chunkZeros, bad += chunkBad;
  }
  union { U u; T f; } largest = {top};
  out->largest = (double)largest.f;
  /* Squares of such entries fall below what Float can hold. */
  if (sizeof(T) == 4 && out->largest > 0 && out->largest < 1e-15) {
    total = 0;
    for (int64_t i = 0; i < n; i++) total += (double)g[i] * (double)g[i];
  }
  out->sum_of_squares = total;
  out->zeros = zeros;
  out->non_finite = bad;
}

static inline void N(add_statistics)(
    tw_update_statistics *total, T gradients, T parameters, T updates, T moments) {
  total->gradient_squares += (double)gradients;
  total->parameter_squares += (double)parameters;
  total->update_squares += (double)updates;
  total->moment_squares += (double)moments;
}

/* Kingma and Ba 2015, algorithm 1, with the weight decay either added to the gradient (coupled)
   or taken from the parameter (decoupled: Loshchilov and Hutter 2019, algorithm 2). */
static void N(adam)(
    void *p_, const void *g_, void *m_, void *v_, const tw_update *u, int64_t n,
    tw_update_statistics *out) {
  RELAXED
  T *restrict p = p_, *restrict m = m_, *restrict v = v_;
  const T *restrict g = g_;
  const T k = (T)u->gradient_scale, b1 = (T)u->beta1, b2 = (T)u->beta2;
  const T a1 = (T)(1 - u->beta1), a2 = (T)(1 - u->beta2), eps = (T)u->epsilon;
  const T rate = (T)(u->learning_rate / u->correction1), r2 = (T)(1 / u->correction2);
  const T coupled = u->decoupled ? 0 : (T)u->weight_decay;
  const T decay = u->decoupled ? (T)(u->learning_rate * u->weight_decay) : 0;
  tw_update_statistics total = {0};
  for (int64_t start = 0; start < n; start += CHUNK) {
    const int64_t end = start + CHUNK < n ? start + CHUNK : n;
    T gradients = 0, parameters = 0, updates = 0, moments = 0;
    for (int64_t i = start; i < end; i++) {
      T clipped = k * g[i];
      gradients += clipped * clipped;
      T x = clipped + coupled * p[i];
      T first = b1 * m[i] + a1 * x, second = b2 * v[i] + a2 * x * x;
      T step = decay * p[i] + rate * first / (SQRT(second * r2) + eps);
      T q = p[i] - step;
      updates += step * step;
      parameters += q * q;
      moments += first * first + second;
      m[i] = first, v[i] = second, p[i] = q;
    }
    N(add_statistics)(&total, gradients, parameters, updates, moments);
  }
  *out = total;
}

static void N(sgd)(
    void *p_, const void *g_, const tw_update *u, int64_t n, tw_update_statistics *out) {
  RELAXED
  T *restrict p = p_;
  const T *restrict g = g_;
  const T k = (T)u->gradient_scale, rate = (T)u->learning_rate, decay = (T)u->weight_decay;
  tw_update_statistics total = {0};
  for (int64_t start = 0; start < n; start += CHUNK) {
    const int64_t end = start + CHUNK < n ? start + CHUNK : n;
    T gradients = 0, parameters = 0, updates = 0;
    for (int64_t i = start; i < end; i++) {
      T clipped = k * g[i];
      gradients += clipped * clipped;
      T step = rate * (clipped + decay * p[i]), q = p[i] - step;
      updates += step * step;
      parameters += q * q;
      p[i] = q;
    }
    N(add_statistics)(&total, gradients, parameters, updates, 0);
  }
  *out = total;
}

/* m = momentum m + x with x = k g + decay p; the step is rate m, or rate (x + momentum m) with
   Nesterov's look ahead: Sutskever, Martens, Dahl, Hinton 2013, in the form of torch.optim.SGD with
   dampening 0. */
static void N(momentum)(
    void *p_, const void *g_, void *m_, const tw_update *u, int64_t n, tw_update_statistics *out) {
  RELAXED
  T *restrict p = p_, *restrict m = m_;
  const T *restrict g = g_;
  const T k = (T)u->gradient_scale, rate = (T)u->learning_rate, decay = (T)u->weight_decay;
  const T mu = (T)u->momentum;
  const T now = u->nesterov ? 1 : 0, past = u->nesterov ? mu : 1;
  tw_update_statistics total = {0};
  for (int64_t start = 0; start < n; start += CHUNK) {
    const int64_t end = start + CHUNK < n ? start + CHUNK : n;
    T gradients = 0, parameters = 0, updates = 0, moments = 0;
    for (int64_t i = start; i < end; i++) {
      T clipped = k * g[i];
      gradients += clipped * clipped;
      T x = clipped + decay * p[i], first = mu * m[i] + x;
      T step = rate * (now * x + past * first), q = p[i] - step;
      updates += step * step;
      parameters += q * q;
      moments += first * first;
      m[i] = first, p[i] = q;
    }
    N(add_statistics)(&total, gradients, parameters, updates, moments);
  }
  *out = total;
}

static void N(clip_values)(void *g_, double limit_, int64_t n) {
  T *restrict g = g_;
  const T limit = (T)limit_;
  for (int64_t i = 0; i < n; i++) {
    T x = g[i] > limit ? limit : g[i];
    g[i] = x < -limit ? -limit : x;
  }
}
