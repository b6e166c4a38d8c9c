/* Functions of one number in Float, without libm and without branches, so that loops over them are
   made of vectors. The coefficients of fitted polynomials come from Scripts/coefficients.py; the
   errors stated are measured by the tests over the whole range, in units in the last place. */
#define INLINE static inline __attribute__((always_inline))

INLINE uint32_t bits_f32(float x) {
  union { float f; uint32_t u; } word = {x};
  return word.u;
}

INLINE float number_f32(uint32_t u) {
  union { uint32_t u; float f; } word = {u};
  return word.f;
}

/* 2^k for k from -126 to 127. */
INLINE float two_to_f32(int32_t k) { return number_f32((uint32_t)(k + 127) << 23); }

/* x = k ln(2) + r with |r| <= ln(2) / 2: k by rounding x / ln(2), ln(2) taken off in two parts
   (Cody, Waite 1980). For |x| below 2^22. */
typedef struct { float r; int32_t k; } reduced_f32;
INLINE reduced_f32 reduce_f32(float x) {
  const float shifter = 12582912.0f;
  float k = (x * 1.44269504f + shifter) - shifter;
  reduced_f32 reduced = {x - k * 0.693359375f + k * 2.12194440e-4f, (int32_t)k};
  return reduced;
}

/* e^x = 2^k e^r, e^r by its Taylor polynomial of degree 7, whose remainder is below
   0.3466^8 / 8! = 5.2e-9. Error below 2 units; 0 below -87.33, infinity above 88.72, NaN stays NaN.
   In between the exponent of e^r with k added is that of a normal number. */
INLINE float exponential_f32(float x) {
  const float low = -87.33f, high = 88.72f, shifter = 12582912.0f;
  float c = x < low ? low : x;
  c = c > high ? high : c;
  /* The sum's last bits hold k. */
  const float shifted = c * 1.44269504f + shifter, k = shifted - shifter;
  const float r = c - k * 0.693359375f + k * 2.12194440e-4f;
  float q = 1.0f / 5040;
  q = q * r + 1.0f / 720;
  q = q * r + 1.0f / 120;
  q = q * r + 1.0f / 24;
  q = q * r + 1.0f / 6;
  q = q * r + 0.5f;
  const float y = q * r * r + r + 1.0f;
  const float z = number_f32(bits_f32(y) + (bits_f32(shifted) << 23));
  return x < low ? 0.0f : (x <= high ? z : x + __builtin_inff());
}

/* e^x - 1 = 2^k (e^r - 1) + (2^k - 1), e^r - 1 by its Taylor polynomial of degree 8, whose remainder
   is below 0.3466^8 / 9! = 5.8e-10 of r. Error below 2 units; infinity above 88.72. */
INLINE float expm1_f32(float x) {
  const float low = -30.0f, high = 88.72f;
  float c = x >= low ? (x > high ? high : x) : low;
  reduced_f32 v = reduce_f32(c);
  float r = v.r, q = 1.0f / 40320;
  q = q * r + 1.0f / 5040;
  q = q * r + 1.0f / 720;
  q = q * r + 1.0f / 120;
  q = q * r + 1.0f / 24;
  q = q * r + 1.0f / 6;
  q = q * r + 0.5f;
  float p = q * r * r + r;
  /* Half of it, so that 2^128 does not overflow. */
  float half = two_to_f32(v.k - 1);
  float z = 2 * (half * p + (half - 0.5f));
  /* Below 2^-24, x itself is the nearest number or its neighbour, and -0 stays -0. */
  z = __builtin_fabsf(x) < 0x1p-24f ? x : z;
  return x != x ? x : (x > high ? __builtin_inff() : z);
}

/* log(2^k (1 + f)) for 1 + f from sqrt(1/2) to sqrt(2): f - f^2 / 2 + f^3 P(f) with P fitted to a
   relative error of 5.9e-9 of log(1 + f), ln(2) in two parts. */
INLINE float logarithm_of_parts_f32(int32_t k, float f) {
  float q = -0.0763664097f, z = f * f, e = (float)k;
  q = q * f + 0.127622664f;
  q = q * f - 0.131595373f;
  q = q * f + 0.142015576f;
  q = q * f - 0.166234136f;
  q = q * f + 0.200012431f;
  q = q * f - 0.250008196f;
  q = q * f + 0.333333313f;
  float y = f * z * q - e * 2.12194440e-4f;
  y = y - 0.5f * z;
  return (f + y) + e * 0.693359375f;
}

/* x = 2^k (1 + f) with 1 + f from sqrt(1/2) to sqrt(2), for positive finite x. */
typedef struct { float f; int32_t k; } parted_f32;
INLINE parted_f32 part_f32(float x) {
  const uint32_t root_half = 0x3f3504f3u;
  const int tiny = x < 0x1p-126f;
  uint32_t u = bits_f32(tiny ? x * 0x1p23f : x) - root_half;
  parted_f32 parted = {
    number_f32((u & 0x007fffffu) + root_half) - 1.0f, ((int32_t)u >> 23) - (tiny ? 23 : 0)};
  return parted;
}

/* Error below 1 unit; -infinity at 0, NaN below. */
INLINE float logarithm_f32(float x) {
  parted_f32 v = part_f32(x);
  float y = logarithm_of_parts_f32(v.k, v.f);
  y = x > 0x1.fffffep127f ? x : y;
  return x > 0 ? y : (x == 0 ? -__builtin_inff() : __builtin_nanf(""));
}

/* log(u) with u = 1 + x rounded; what the rounding has lost (Knuth's two-sum) is added to f, scaled
   as u was. Error below 2 units; -infinity at -1, NaN below. */
INLINE float log1p_f32(float x) {
  float u = 1.0f + x, back = u - 1.0f;
  float lost = (1.0f - (u - back)) + (x - back);
  parted_f32 v = part_f32(u);
  /* From 2^26 on 1 is below half a unit of x. */
  lost = x < 0x1p26f ? lost * two_to_f32(v.k < 100 ? -v.k : -100) : 0.0f;
  float y = logarithm_of_parts_f32(v.k, v.f + lost);
  y = x > 0x1.fffffep127f || x == 0 ? x : y;
  return x > -1.0f ? y : (x == -1.0f ? -__builtin_inff() : __builtin_nanf(""));
}

/* tanh |x| = -t / (t + 2) with t = e^(-2 |x|) - 1. Error below 3 units. */
INLINE float tanh_f32(float x) {
  float t = expm1_f32(-2.0f * __builtin_fabsf(x));
  return __builtin_copysignf(-t / (t + 2.0f), x);
}

/* -log(erfc a) = a + a P(a) for a from 0 to 4, P fitted so that erf has a relative error of 4.3e-9.
   erfc 4 is below a quarter of the unit at 1. */
INLINE float minus_log_erfc_f32(float a) {
  float q = -9.38596168e-06f;
  q = q * a + 0.000118847951f;
  q = q * a - 0.000637330115f;
  q = q * a + 0.00167563814f;
  q = q * a - 0.00016948425f;
  q = q * a - 0.0191478264f;
  q = q * a + 0.102776304f;
  q = q * a + 0.636619568f;
  q = q * a + 0.128379166f;
  return a + a * q;
}

/* erf |x| = 1 - e^log(erfc |x|). Error below 3 units. */
INLINE float erf_f32(float x) {
  float a = __builtin_fabsf(x);
  a = a > 4.0f ? 4.0f : a;
  return __builtin_copysignf(-expm1_f32(-minus_log_erfc_f32(a)), x);
}

/* The normal distribution function (1 + erf(x / sqrt 2)) / 2; 0 below -5.66, where it is below 1e-8. */
INLINE float normal_cdf_f32(float x) {
  float a = 0.707106781f * __builtin_fabsf(x);
  float tail = 0.5f * exponential_f32(-minus_log_erfc_f32(a > 4.0f ? 4.0f : a));
  tail = a > 4.0f ? 0.0f : tail;
  return x < 0 ? tail : 1.0f - tail;
}

INLINE double normal_cdf_f64(double x) {
  return 0.5 * __builtin_erfc(-0.70710678118654752440 * x);
}

/* |x|^p = e^(p log |x|) in Double: log(1 + f) = 2 atanh(s), s = f / (2 + f), |s| <= 0.1716, by its
   Taylor series to s^15, remainder below 1.3e-14; e^r by its Taylor polynomial of degree 10,
   remainder below 2.2e-13. Error below 1 unit. Zeros, infinities, NaN and negative x as C's pow does
   them; p is finite. */
INLINE float power_f32(float x, double p) {
  const double shifter = 0x1.8p52, size = p < 0 ? -p : p, half = 0.5 * size;
  const int huge = size >= 0x1p51;
  const int whole = huge | ((size + 0x1p52) - 0x1p52 == size);
  const int odd = whole & !huge & ((half + 0x1p52) - 0x1p52 != half);
  const float a = __builtin_fabsf(x);
  parted_f32 v = part_f32(a);
  double f = (double)v.f, s = f / (2.0 + f), z = s * s, q = 1.0 / 15;
  q = q * z + 1.0 / 13;
  q = q * z + 1.0 / 11;
  q = q * z + 1.0 / 9;
  q = q * z + 1.0 / 7;
  q = q * z + 1.0 / 5;
  q = q * z + 1.0 / 3;
  double t = p * ((double)v.k * 0.693147180559945309417 + (2 * s + 2 * s * z * q));
  double c = t >= -110.0 ? (t > 90.0 ? 90.0 : t) : -110.0;
  double k = (c * 1.44269504088896340736 + shifter) - shifter;
  double r = c - k * 0.693147180559945309417, e = 1.0 / 3628800;
  e = e * r + 1.0 / 362880;
  e = e * r + 1.0 / 40320;
  e = e * r + 1.0 / 5040;
  e = e * r + 1.0 / 720;
  e = e * r + 1.0 / 120;
  e = e * r + 1.0 / 24;
  e = e * r + 1.0 / 6;
  e = e * r + 0.5;
  e = e * r + 1.0;
  e = e * r + 1.0;
  int32_t exponent = (int32_t)k, first = exponent >> 1;
  float y = (float)e * two_to_f32(first) * two_to_f32(exponent - first);
  const int zero = a == 0, infinite = a > 0x1.fffffep127f;
  y = (zero | infinite) ? (zero == (p > 0) ? 0.0f : __builtin_inff()) : y;
  y = (odd & (int)(bits_f32(x) >> 31)) ? -y : y;
  y = ((x < 0) & !infinite & !whole) ? __builtin_nanf("") : y;
  y = ((x != x) | (p != p)) ? x + (float)p : y;
  /* As the C library has it: 1 to any power, and -1 to an infinite one, is 1. */
  const int one = (x == 1) | ((a == 1) & (size > 0x1.fffffffffffffp1023));
  return (p == 0) | one ? 1.0f : y;
}
