/* Every loop in both precisions, for the level named by LEVEL. */
#define T float
#define U uint32_t
#define I int32_t
#define MAGNITUDE 0x7fffffffu
#define INFINITE 0x7f800000u
#define N(name) JOIN(name, f32, LEVEL)
#define EXP exponential_f32
#define LOG logarithm_f32
#define LOG_1P_EXP log_1p_exp_f32
#define TABLE JOIN(tw_kernels, f32, LEVEL)
#include "elementwise.h"
#include "reduce.h"
#include "optimize.h"
#include "axis.h"
#include "softmax.h"
#include "losses.h"
#include "crossentropy.h"
#include "table.h"
#undef T
#undef U
#undef I
#undef MAGNITUDE
#undef INFINITE
#undef N
#undef EXP
#undef LOG
#undef LOG_1P_EXP
#undef TABLE
#define T double
#define U uint64_t
#define I int64_t
#define MAGNITUDE 0x7fffffffffffffffull
#define INFINITE 0x7ff0000000000000ull
#define N(name) JOIN(name, f64, LEVEL)
#define EXP __builtin_exp
#define LOG __builtin_log
#define LOG_1P_EXP(x) __builtin_log1p(__builtin_exp(x))
#define TABLE JOIN(tw_kernels, f64, LEVEL)
#include "elementwise.h"
#include "reduce.h"
#include "optimize.h"
#include "axis.h"
#include "softmax.h"
#include "losses.h"
#include "crossentropy.h"
#include "table.h"
#undef T
#undef U
#undef I
#undef MAGNITUDE
#undef INFINITE
#undef N
#undef EXP
#undef LOG
#undef LOG_1P_EXP
#undef TABLE
