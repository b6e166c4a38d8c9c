/* The only door to the loops over numbers: one table of functions per precision and CPU level. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum { TW_RANK = 8 };

/* A walk over two arrays of one common shape. A stride of 0 repeats along that axis. */
typedef struct {
  int32_t rank;
  int64_t extent[TW_RANK];
  int64_t first[TW_RANK];
  int64_t second[TW_RANK];
} tw_walk;

/* What one pass over a gradient finds. */
typedef struct {
  double sum_of_squares;
  double largest; /* of the magnitudes; of finite entries only */
  int64_t zeros;
  int64_t non_finite;
} tw_gradient_statistics;

/* What one pass of an optimizer finds: sums of squares of the clipped gradient, of the parameters
   after the update, of the update itself and of the moments after it. */
typedef struct {
  double gradient_squares;
  double parameter_squares;
  double update_squares;
  double moment_squares;
} tw_update_statistics;

/* Settings of one update, per tensor. */
typedef struct {
  double gradient_scale; /* the clip coefficient */
  double learning_rate;
  double weight_decay;
  double beta1, beta2, epsilon;
  double correction1, correction2; /* 1 - beta^t */
  int32_t decoupled;               /* 1: decay acts on the parameter, 0: on the gradient */
  double momentum;
  int32_t nesterov;                /* 1: the step looks ahead by the momentum */
} tw_update;

/* Windows along the innermost axis of rows of `length` entries: output o has the entries
   o stride - padding + k dilation for k below `kernel`, or, where adaptive, those from
   floor(o length / outputs) to below ceil((o + 1) length / outputs). */
typedef struct {
  int64_t length, outputs, kernel, stride, padding, dilation;
  int32_t adaptive;
  int32_t include_padding; /* whether an average counts what lies outside */
} tw_window;

/* [batch, groups * channels, length], normalized over the channels of a group and the length. */
typedef struct {
  int64_t batch, groups, channels, length;
  double epsilon;
} tw_groups;

/* Functions of two numbers; a slope is the derivative by the first of them, the last one that of a
   power by its exponent. TW_FIRST repeats its first operand along the walk. */
typedef enum {
  TW_ADD, TW_SUBTRACT, TW_MULTIPLY, TW_DIVIDE, TW_FIRST, TW_MINIMUM, TW_MAXIMUM, TW_POWER,
  TW_MINIMUM_SLOPE, TW_MAXIMUM_SLOPE, TW_BASE_SLOPE, TW_EXPONENT_SLOPE
} tw_binary;
enum { TW_BINARY_COUNT = TW_EXPONENT_SLOPE + 1 };

/* Functions of one number x, some with fixed numbers a and b. */
typedef enum {
  TW_RELU,        /* max(x, 0) */
  TW_LEAKY_RELU,  /* x where x > 0, else a x */
  TW_ABSOLUTE,    /* |x| */
  TW_CLAMP,       /* the nearest number from a to b */
  TW_SQUARE,      /* x^2 */
  TW_SQUARE_ROOT, /* x^(1/2) */
  TW_RECIPROCAL,  /* a / x */
  TW_POWER_OF,    /* x^a */
  TW_EXPONENTIAL, /* e^x */
  TW_EXPM1,       /* e^x - 1 */
  TW_LOGARITHM,   /* log x */
  TW_LOG1P,       /* log(1 + x) */
  TW_TANH,
  TW_ERF,
  TW_SIGMOID,   /* s(x) = 1 / (1 + e^-x) */
  TW_SOFTPLUS,  /* log(1 + e^x) */
  TW_SILU,      /* x s(x) */
  TW_GELU,      /* x (1 + erf(x / sqrt 2)) / 2 */
  TW_GELU_TANH  /* x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 */
} tw_unary;
enum { TW_UNARY_COUNT = TW_GELU_TANH + 1 };

/* An axis of a tensor: the product of the extents before it, its own, and of those after it. */
typedef struct {
  int64_t outer, extent, inner;
} tw_axis;

typedef enum {
  TW_VARIANCE, TW_STANDARD_DEVIATION, TW_SMALLEST, TW_LARGEST, TW_LOG_SUM_EXP,
  TW_L1_NORM, TW_L2_NORM, TW_INFINITY_NORM
} tw_reduction;

typedef enum {
  TW_SQUARED_ERROR, TW_ABSOLUTE_ERROR, TW_HUBER, TW_BINARY_CROSS_ENTROPY, TW_GAUSSIAN
} tw_loss;

/* Huber: delta; binary cross entropy: the weight of a target of 1; Gaussian: the least variance, and
   what is added to each term. */
typedef struct {
  double first, second;
} tw_loss_settings;

/* c = op(a) op(b), or c += it: rows x columns over `inner`; entries from a row, as it lies in memory,
   to the next. */
typedef struct {
  int64_t rows, columns, inner, lda, ldb, ldc;
  int32_t transposes_a, transposes_b, adds;
  /* what C starts from where it is not added to, rows `ldo` apart or, with 0, one row for all; null: 0 */
  const void *_Nullable offsets;
  int64_t ldo;
} tw_product;

typedef struct {
  /* whether `product` is made for every shape, or for some hundreds of rows and columns at most */
  int32_t multiplies_any_size;
  /* y = v */
  void (*fill)(void *y, double v, int64_t n);
  /* y += x */
  void (*accumulate)(void *y, const void *x, int64_t n);
  /* y = a op b; `binary` for equal shapes, `broadcast` by strides into a contiguous y */
  void (*binary)(tw_binary op, void *y, const void *a, const void *b, int64_t n);
  void (*broadcast)(tw_binary op, void *y, const void *a, const void *b, const tw_walk *walk);
  /* y (strides `first`) = sums of x (strides `second`) over the axes where y repeats; `totals` is
     room for y_count sums */
  void (*sum_to)(
      void *y, double *totals, int64_t y_count, const void *x, const tw_walk *walk);
  /* y = scale x + shift */
  void (*affine)(void *y, const void *x, double scale, double shift, int64_t n);
  double (*sum)(const void *x, int64_t n);
  /* each row of y = b */
  void (*repeat_row)(void *y, const void *b, int64_t rows, int64_t columns);
  /* y = sums over the rows of x */
  void (*sum_rows)(void *y, const void *x, int64_t rows, int64_t columns);
  void (*transpose)(void *y, const void *x, int64_t rows, int64_t columns);
  double (*trace)(const void *x, int64_t n);
  /* y[i, i] = v, all else 0 */
  void (*diagonal)(void *y, double v, int64_t n);
  /* y = x where mask is not 0, else 0, whatever stands in x there */
  void (*select)(void *y, const void *mask, const void *x, int64_t n);
  /* mask = 1 at the k largest entries of x, else 0; of equals the earlier wins, and a NaN counts as
     larger than every number, so that it comes through */
  void (*top_k_mask)(void *mask, const void *x, int64_t n, int64_t k);
  /* index of the first entry that is not finite, -1 where there is none */
  int64_t (*first_non_finite)(const void *x, int64_t n);
  void (*gradient_statistics)(const void *g, int64_t n, tw_gradient_statistics *out);
  void (*adam)(
      void *p, const void *g, void *m, void *v, const tw_update *u, int64_t n,
      tw_update_statistics *out);
  void (*sgd)(void *p, const void *g, const tw_update *u, int64_t n, tw_update_statistics *out);
  void (*momentum)(
      void *p, const void *g, void *m, const tw_update *u, int64_t n, tw_update_statistics *out);
  /* g brought into [-limit, limit]; a NaN stays */
  void (*clip_values)(void *g, double limit, int64_t n);

  /* Functions of one or two operands, entry by entry. */
  /* y = f(x) */
  void (*unary)(tw_unary f, void *y, const void *x, double a, double b, int64_t n);
  /* dx = dy f'(x), where y = f(x) */
  void (*unary_backward)(
      tw_unary f, void *dx, const void *x, const void *y, const void *dy, double a, double b,
      int64_t n);
  /* y = a where mask is not 0, else b, whatever stands in the other there */
  void (*choose)(void *y, const void *mask, const void *a, const void *b, int64_t n);

  /* Reductions, softmax, losses. */
  /* y [outer, inner] of x along its axis; `work` is room of twice the size of y, and keeps what
     the derivative needs. Variances are divided by the extent less `correction` */
  void (*reduce_axis)(
      tw_reduction kind, void *y, void *work, const void *x, double correction, tw_axis axis);
  /* `share` is room of the size of y, `work` what the reduction has kept there */
  void (*reduce_axis_backward)(
      tw_reduction kind, void *dx, void *share, const void *x, const void *y, const void *work,
      const void *dy, double correction, tw_axis axis);
  /* `work` is room for 2 * inner numbers */
  void (*softmax)(void *y, void *work, const void *x, tw_axis axis);
  void (*softmax_backward)(void *dx, void *work, const void *y, const void *dy, tw_axis axis);
  void (*log_softmax)(void *y, void *work, const void *x, tw_axis axis);
  void (*log_softmax_backward)(
      void *dx, void *work, const void *y, const void *dy, tw_axis axis);
  /* sum of mask times the loss of x against t; `variance` is for the Gaussian alone, `mask` may be
     null. Entries under a zero mask are never read into it */
  double (*loss)(
      tw_loss kind, const void *x, const void *t, const void *_Nullable variance,
      const void *_Nullable mask, const tw_loss_settings *settings, int64_t n);
  /* dx = scale mask times the derivative by x, t or the variance: operand 0, 1 or 2 */
  void (*loss_backward)(
      tw_loss kind, int operand, void *dx, const void *x, const void *t,
      const void *_Nullable variance, const void *_Nullable mask,
      const tw_loss_settings *settings, double scale, int64_t n);
  /* sum over the rows of x of mask times the cross entropy to a class; `saved` keeps two numbers a
     row. A class is below `columns`, but under a zero mask, where it is never read */
  double (*class_cross_entropy)(
      void *saved, const void *x, const int32_t *classes, const void *_Nullable mask,
      double smoothing, int64_t rows, int64_t columns);
  void (*class_cross_entropy_backward)(
      void *dx, const void *saved, const void *x, const int32_t *classes,
      const void *_Nullable mask, double smoothing, double scale, int64_t rows, int64_t columns);
  /* the same to probabilities t; the derivative by x or t: operand 0 or 1 */
  double (*cross_entropy)(
      void *saved, const void *x, const void *t, const void *_Nullable mask, int64_t rows,
      int64_t columns);
  void (*cross_entropy_backward)(
      int operand, void *dx, const void *saved, const void *x, const void *t,
      const void *_Nullable mask, double scale, int64_t rows, int64_t columns);

  /* Layout and indices. */
  /* y (strides `first`) = x (strides `second`), or y += x; no entry of y is met twice */
  void (*move)(void *y, const void *x, const tw_walk *walk);
  void (*move_adding)(void *y, const void *x, const tw_walk *walk);
  /* place of the first index that is not in 0..<extent, -1 where there is none */
  int64_t (*first_outside)(const int32_t *index, int64_t n, int64_t extent);
  /* y[o, j, i] = x[o, index[j], i]; `adding` is the way back: x[o, index[j], i] += y[o, j, i] in the
     order of memory. x is [outer, extent, inner], y [outer, count, inner] */
  void (*take)(
      void *y, const void *x, const int32_t *index, int64_t outer, int64_t extent, int64_t count,
      int64_t inner);
  void (*take_adding)(
      void *x, const void *y, const int32_t *index, int64_t outer, int64_t extent, int64_t count,
      int64_t inner);
  /* the same with an index for each entry of y: index[o, j, i] */
  void (*gather)(
      void *y, const void *x, const int32_t *index, int64_t outer, int64_t extent, int64_t count,
      int64_t inner);
  void (*gather_adding)(
      void *x, const void *y, const int32_t *index, int64_t outer, int64_t extent, int64_t count,
      int64_t inner);
  /* y[o, index[o, i], i] = 1, all else 0; y is [outer, classes, inner] */
  void (*one_hot)(
      void *y, const int32_t *index, int64_t outer, int64_t classes, int64_t inner);
  /* index[o, i] = where x[o, :, i] is largest, or smallest; the first of equals, the first NaN where
     there is one */
  void (*extreme)(
      int32_t *index, const void *x, int64_t outer, int64_t extent, int64_t inner,
      int32_t is_smallest);
  /* index[o, :, i] = the first `kept` places of x[o, :, i] in stable sorted order; a NaN counts as
     larger than every number. `keys` is room for `extent` numbers, `spare` for 2 extent places */
  void (*sort)(
      int32_t *index, const void *x, void *keys, int32_t *spare, int64_t outer, int64_t extent,
      int64_t inner, int64_t kept, int32_t descends);
  /* y[o, e, i] = sum of x[o, f, i] over f <= e, or over f >= e; added up in Double */
  void (*cumulative_sum)(
      void *y, const void *x, int64_t outer, int64_t extent, int64_t inner, int32_t is_backward);
  /* y = the nearest whole number, halves to the even one */
  void (*round)(void *y, const void *x, int64_t n);
  /* y = 1 where x > threshold, else 0; NaN stays NaN */
  void (*step)(void *y, const void *x, double threshold, int64_t n);

  /* Products and windows. */
  /* c overlaps nothing that is read */
  void (*product)(void *c, const void *a, const void *b, const tw_product *p);
  /* y [channels, kernel, outputs] = the entries of x [channels, length] in each window, 0 outside */
  void (*unfold)(void *y, const void *x, const tw_window *w, int64_t channels);
  /* x = sums of y over all windows that an entry is in */
  void (*fold)(void *x, const void *y, const tw_window *w, int64_t channels);
  void (*average_pool)(void *y, const void *x, const tw_window *w, int64_t rows);
  void (*average_pool_backward)(void *dx, const void *dy, const tw_window *w, int64_t rows);
  /* places: of each window's largest entry in its row; of equals the first, and the first NaN */
  void (*maximum_pool)(
      void *y, int32_t *places, const void *x, const tw_window *w, int64_t rows);
  void (*maximum_pool_backward)(
      void *dx, const int32_t *places, const void *dy, const tw_window *w, int64_t rows);

  /* Normalization. */
  /* y = (x - mean) / sqrt(variance + epsilon) gain + offset; `saved` gets the mean and the factor
     1 / sqrt(variance + epsilon) of each of the batch * groups rows, of which those from `first` to
     below `end` are worked on; of the derivatives by the parameters those channels of each group */
  void (*group_normalize)(
      void *y, void *saved, const void *x, const void *gain, const void *offset,
      const tw_groups *w, int64_t first, int64_t end);
  void (*group_normalize_backward)(
      void *dx, const void *x, const void *saved, const void *gain, const void *dy,
      const tw_groups *w, int64_t first, int64_t end);
  void (*group_normalize_parameters)(
      void *dgain, void *doffset, const void *x, const void *saved, const void *dy,
      const tw_groups *w, int64_t first, int64_t end);
  /* mean and biased variance of each channel of x [batch, channels, length] */
  void (*channel_moments)(
      void *mean, void *variance, const void *x, int64_t batch, int64_t channels, int64_t length);
  /* y = (x - mean) scale + offset, by channel */
  void (*channel_scale)(
      void *y, const void *x, const void *mean, const void *scale, const void *offset,
      int64_t batch, int64_t channels, int64_t length);
  /* sum = sums of dy, product = sums of dy (x - mean), by channel */
  void (*channel_products)(
      void *sum, void *product, const void *dy, const void *x, const void *mean, int64_t batch,
      int64_t channels, int64_t length);
  /* dx = p dy + q (x - mean) + r, by channel */
  void (*channel_combine)(
      void *dx, const void *dy, const void *x, const void *mean, const void *p, const void *q,
      const void *r, int64_t batch, int64_t channels, int64_t length);
  /* mask = 0 with probability `rate`, else 1 / (1 - rate): entry i is decided by word i mod 4 of the
     Philox block of counter (i / 4, hash) under the key `seed` */
  void (*keep_mask)(void *mask, uint64_t seed, uint64_t hash, double rate, int64_t n);

  /* Attention and recurrence. */
  /* each row of p, in place = softmax of scale p over the columns where mask (null: all) is not 0, of
     which the first row sees `seen`, each further one one more; 0 elsewhere, and in a row that may look
     at none. kept [rows, 2] (null: not kept): the largest of what a row sees and one over the sum of
     its exponentials; `again`: they are read, and p, which holds the same scores as when they were kept,
     becomes the same bits. */
  void (*attention_softmax)(
      void *p, void *_Nullable kept, int32_t again, const void *_Nullable mask, int64_t rows,
      int64_t columns, int64_t seen, double scale);
  /* ds holds dp and becomes scale p (dp - sum of dp p over the row) */
  void (*attention_softmax_backward)(
      void *ds, const void *p, int64_t rows, int64_t columns, int64_t seen, double scale);
  /* the rows of x, which lie `stride` entries apart, where mask is not 0, else rows of 0 */
  void (*keep_rows)(
      void *y, const void *x, const void *mask, int64_t rows, int64_t columns, int64_t stride);
  /* gates [rows, 4 width], before the functions i, f, g, o, after them the results; c and h of the
     step from the cells of the one before */
  void (*lstm_gates)(
      void *gates, void *h, void *c, const void *before, int64_t rows, int64_t width);
  /* dgates before the functions; dc holds what later steps bring and becomes that of the cells
     before */
  void (*lstm_gates_backward)(
      void *dgates, void *dc, const void *dh, const void *gates, const void *c,
      const void *before, int64_t rows, int64_t width);
  /* gates [rows, 4 width] = r, z, n and the hidden part of n; x and s [rows, 3 width] are the
     input's and the hidden state's parts of r, z, n */
  void (*gru_gates)(
      void *gates, void *h, const void *x, const void *s, const void *before, int64_t rows,
      int64_t width);
  /* dh becomes the part that goes to the state before through the update gate alone */
  void (*gru_gates_backward)(
      void *dx, void *ds, void *dh, const void *gates, const void *before, int64_t rows,
      int64_t width);
} tw_kernels;

/* CPU levels, in rising order. Every level that the machine has can be asked for. */
enum { TW_BASELINE = 0, TW_X86_64_V3 = 1, TW_X86_64_V4 = 2 };

int tw_best_level(void);
const tw_kernels *tw_table(int level, int is_double);

#pragma clang assume_nonnull end
