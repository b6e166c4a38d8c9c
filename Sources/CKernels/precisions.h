/* Every loop in both precisions, for the level named by LEVEL. */
#define T float
#define U uint32_t
#define I int32_t
#define MAGNITUDE 0x7fffffffu
#define INFINITE 0x7f800000u
#define N(name) JOIN(name, f32, LEVEL)
#define EXP exponential_f32
#define EXPM1 expm1_f32
#define LOG logarithm_f32
#define LOG1P log1p_f32
#define TANH tanh_f32
#define ERF erf_f32
#define NORMAL_CDF normal_cdf_f32
#define POWER power_f32
#define TABLE JOIN(tw_kernels, f32, LEVEL)
#include "elementwise.h"
#include "unary.h"
#include "reduce.h"
#include "layout.h"
#include "optimize.h"
#include "axis.h"
#include "softmax.h"
#include "losses.h"
#include "crossentropy.h"
#include "product.h"
#include "windows.h"
#include "normalize.h"
#include "random.h"
#include "attention.h"
#include "recurrent.h"
#include "table.h"
#undef T
#undef U
#undef I
#undef MAGNITUDE
#undef INFINITE
#undef N
#undef EXP
#undef EXPM1
#undef LOG
#undef LOG1P
#undef TANH
#undef ERF
#undef NORMAL_CDF
#undef POWER
#undef TABLE
#define T double
#define U uint64_t
#define I int64_t
#define MAGNITUDE 0x7fffffffffffffffull
#define INFINITE 0x7ff0000000000000ull
#define N(name) JOIN(name, f64, LEVEL)
#define EXP __builtin_exp
#define EXPM1 __builtin_expm1
#define LOG __builtin_log
#define LOG1P __builtin_log1p
#define TANH __builtin_tanh
#define ERF __builtin_erf
#define NORMAL_CDF normal_cdf_f64
#define POWER __builtin_pow
#define TABLE JOIN(tw_kernels, f64, LEVEL)
#include "elementwise.h"
#include "unary.h"
#include "reduce.h"
#include "layout.h"
#include "optimize.h"
#include "axis.h"
#include "softmax.h"
#include "losses.h"
#include "crossentropy.h"
#include "product.h"
#include "windows.h"
#include "normalize.h"
#include "random.h"
#include "attention.h"
#include "recurrent.h"
#include "table.h"
#undef T
#undef U
#undef I
#undef MAGNITUDE
#undef INFINITE
#undef N
#undef EXP
#undef EXPM1
#undef LOG
#undef LOG1P
#undef TANH
#undef ERF
#undef NORMAL_CDF
#undef POWER
#undef TABLE
