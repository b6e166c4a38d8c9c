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
} tw_update;

typedef enum { TW_ADD, TW_SUBTRACT, TW_MULTIPLY, TW_DIVIDE } tw_binary;

/* An axis of a tensor: the product of the extents before it, its own, and of those after it. */
typedef struct {
  int64_t outer, extent, inner;
} tw_axis;

typedef enum {
  TW_VARIANCE, TW_STANDARD_DEVIATION, TW_MINIMUM, TW_MAXIMUM, TW_LOG_SUM_EXP,
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

typedef struct {
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
  void (*relu)(void *y, const void *x, int64_t n);
  void (*relu_backward)(void *dx, const void *y, const void *dy, int64_t n);
  void (*sigmoid)(void *y, const void *x, int64_t n);
  void (*sigmoid_backward)(void *dx, const void *y, const void *dy, int64_t n);
  void (*exponential)(void *y, const void *x, int64_t n);
  void (*square_root)(void *y, const void *x, int64_t n);
  void (*square_root_backward)(void *dx, const void *y, const void *dy, int64_t n);
  void (*square)(void *y, const void *x, int64_t n);
  void (*square_backward)(void *dx, const void *x, const void *dy, int64_t n);
  void (*absolute)(void *y, const void *x, int64_t n);
  void (*absolute_backward)(void *dx, const void *x, const void *dy, int64_t n);
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

  /* Functions of one or two operands, entry by entry. */

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

  /* Products and windows. */

  /* Normalization. */

  /* Attention and recurrence. */
} tw_kernels;

/* CPU levels, in rising order. Every level that the machine has can be asked for. */
enum { TW_BASELINE = 0, TW_X86_64_V3 = 1, TW_X86_64_V4 = 2 };

int tw_best_level(void);
const tw_kernels *tw_table(int level, int is_double);

#pragma clang assume_nonnull end
