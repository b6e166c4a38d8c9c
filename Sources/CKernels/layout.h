/* Loops that move numbers, choose them or read them by index. Included once per precision and
   level. [outer, extent, inner] is a tensor seen from one of its axes. */

enum { N(LANES) = VECTOR_BYTES / sizeof(T) };
typedef T N(vector) __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(T))));
typedef T N(eight) __attribute__((vector_size(8 * sizeof(T)), aligned(sizeof(T))));
typedef T N(four) __attribute__((vector_size(4 * sizeof(T)), aligned(sizeof(T))));

/* y = x; the last vector overlaps the one before. */
static inline __attribute__((always_inline)) void N(copy_row)(
    T *restrict y, const T *restrict x, int64_t n) {
  if (n >= N(LANES)) {
    for (int64_t i = 0; i + N(LANES) < n; i += N(LANES)) {
      *(N(vector) *)(y + i) = *(const N(vector) *)(x + i);
      /* Or the compiler calls memcpy, which takes longer for a few vectors. */
      __asm__ volatile("" ::: "memory");
    }
    *(N(vector) *)(y + n - N(LANES)) = *(const N(vector) *)(x + n - N(LANES));
  } else if (n >= 8) {
    *(N(eight) *)y = *(const N(eight) *)x;
    *(N(eight) *)(y + n - 8) = *(const N(eight) *)(x + n - 8);
  } else if (n >= 4) {
    *(N(four) *)y = *(const N(four) *)x;
    *(N(four) *)(y + n - 4) = *(const N(four) *)(x + n - 4);
  } else {
    for (int64_t i = 0; i < n; i++) y[i] = x[i];
  }
}

static void N(copy_rows)(
    T *restrict y, int64_t ldy, const T *restrict x, int64_t ldx, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) N(copy_row)(y + r * ldy, x + r * ldx, columns);
}

/* Eight rows of eight numbers turned over, by pairs, by pairs of pairs, by halves. */
static inline __attribute__((always_inline)) void N(turn)(
    T *y, int64_t ldy, const T *x, int64_t ldx) {
  N(eight) a[8], b[8];
  for (int i = 0; i < 8; i++) a[i] = *(const N(eight) *)(x + i * ldx);
  for (int i = 0; i < 4; i++) {
    b[2 * i] = __builtin_shufflevector(a[2 * i], a[2 * i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    b[2 * i + 1] = __builtin_shufflevector(a[2 * i], a[2 * i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int j = 0; j < 4; j++) {
    const int i = j < 2 ? j : j + 2;
    a[i] = __builtin_shufflevector(b[i], b[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    a[i + 2] = __builtin_shufflevector(b[i], b[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; i++) {
    *(N(eight) *)(y + i * ldy) = __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    *(N(eight) *)(y + (i + 4) * ldy) =
        __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/* y [columns, rows], rows `ldy` apart = x [rows, columns], rows `ldx` apart, turned over; the last
   eight overlap those before. */
static void N(turn_over)(
    T *restrict y, int64_t ldy, const T *restrict x, int64_t ldx, int64_t rows, int64_t columns) {
  if (columns < 8) {
    for (int64_t r = 0; r < rows; r++)
      for (int64_t c = 0; c < columns; c++) y[c * ldy + r] = x[r * ldx + c];
    return;
  }
  if (rows < 8) {
    for (int64_t c = 0; c < columns; c++)
      for (int64_t r = 0; r < rows; r++) y[c * ldy + r] = x[r * ldx + c];
    return;
  }
  for (int64_t left = 0; left < columns; left += 8) {
    const int64_t c = left + 8 < columns ? left : columns - 8;
    for (int64_t top = 0; top < rows; top += 8) {
      const int64_t r = top + 8 < rows ? top : rows - 8;
      N(turn)(y + c * ldy + r, ldy, x + r * ldx + c, ldx);
    }
  }
}

/* y = x or y += x over rows and columns, each with its strides. */
static inline __attribute__((always_inline)) void N(move_plane)(
    T *restrict y, const T *restrict x, int64_t rows, int64_t y_row, int64_t x_row, int64_t columns,
    int64_t y_column, int64_t x_column, const int adds) {
  enum { TILE = 16 };
  if (y_column == 1 && x_column == 1) {
    for (int64_t r = 0; r < rows; r++) {
      T *restrict to = y + r * y_row;
      const T *restrict from = x + r * x_row;
      if (!adds) N(copy_row)(to, from, columns);
      for (int64_t c = 0; adds && c < columns; c++) to[c] += from[c];
    }
    return;
  }
  if (!adds && y_row == 1 && x_column == 1) {
    N(turn_over)(y, y_column, x, x_row, rows, columns);
    return;
  }
  if (!adds && y_column == 1 && x_row == 1) {
    N(turn_over)(y, y_row, x, x_column, columns, rows);
    return;
  }
  /* In tiles, so that a line of the cache that one axis has brought is still there when the other
     axis comes back to it. */
  for (int64_t top = 0; top < rows; top += TILE) {
    const int64_t bottom = top + TILE < rows ? top + TILE : rows;
    for (int64_t left = 0; left < columns; left += TILE) {
      const int64_t right = left + TILE < columns ? left + TILE : columns;
      for (int64_t r = top; r < bottom; r++)
        for (int64_t c = left; c < right; c++) {
          T *to = y + r * y_row + c * y_column;
          const T from = x[r * x_row + c * x_column];
          *to = adds ? *to + from : from;
        }
    }
  }
}

static inline __attribute__((always_inline)) void N(move_all)(
    T *y, const T *x, const tw_walk *w, const int adds) {
  const int last = w->rank - 1, inner = w->rank < 2 ? 0 : w->rank - 2;
  const int64_t rows = last < 1 ? 1 : w->extent[last - 1], columns = last < 0 ? 1 : w->extent[last];
  const int64_t y_row = last < 1 ? 0 : w->first[last - 1];
  const int64_t x_row = last < 1 ? 0 : w->second[last - 1];
  const int64_t y_column = last < 0 ? 1 : w->first[last], x_column = last < 0 ? 1 : w->second[last];
  int64_t index[TW_RANK] = {0}, planes = 1;
  for (int d = 0; d < inner; d++) planes *= w->extent[d];
  for (int64_t plane = 0; plane < planes; plane++) {
    N(move_plane)(y, x, rows, y_row, x_row, columns, y_column, x_column, adds);
    for (int d = inner - 1; d >= 0; d--) {
      y += w->first[d], x += w->second[d];
      if (++index[d] < w->extent[d]) break;
      y -= w->first[d] * w->extent[d], x -= w->second[d] * w->extent[d], index[d] = 0;
    }
  }
}

static void N(move)(void *y, const void *x, const tw_walk *w) { N(move_all)(y, x, w, 0); }

static void N(move_adding)(void *y, const void *x, const tw_walk *w) { N(move_all)(y, x, w, 1); }

static void N(transpose)(void *y, const void *x, int64_t rows, int64_t columns) {
  N(turn_over)(y, rows, x, columns, rows, columns);
}

static int64_t N(first_outside)(const int32_t *index, int64_t n, int64_t extent) {
  /* A negative index is a huge one without its sign. */
  for (int64_t i = 0; i < n; i++)
    if ((int64_t)(uint32_t)index[i] >= extent) return i;
  return -1;
}

static void N(take)(
    void *y_, const void *x_, const int32_t *index, int64_t outer, int64_t extent, int64_t count,
    int64_t inner) {
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t o = 0; o < outer; o++, x += extent * inner)
    for (int64_t j = 0; j < count; j++, y += inner) {
      const T *restrict from = x + index[j] * inner;
      for (int64_t i = 0; i < inner; i++) y[i] = from[i];
    }
}

static void N(take_adding)(
    void *x_, const void *y_, const int32_t *index, int64_t outer, int64_t extent, int64_t count,
    int64_t inner) {
  T *restrict x = x_;
  const T *restrict y = y_;
  for (int64_t o = 0; o < outer; o++, x += extent * inner)
    for (int64_t j = 0; j < count; j++, y += inner) {
      T *restrict to = x + index[j] * inner;
      for (int64_t i = 0; i < inner; i++) to[i] += y[i];
    }
}

static void N(gather)(
    void *y_, const void *x_, const int32_t *index, int64_t outer, int64_t extent, int64_t count,
    int64_t inner) {
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t o = 0; o < outer; o++, x += extent * inner)
    for (int64_t j = 0; j < count; j++, y += inner, index += inner)
      for (int64_t i = 0; i < inner; i++) y[i] = x[index[i] * inner + i];
}

static void N(gather_adding)(
    void *x_, const void *y_, const int32_t *index, int64_t outer, int64_t extent, int64_t count,
    int64_t inner) {
  T *restrict x = x_;
  const T *restrict y = y_;
  for (int64_t o = 0; o < outer; o++, x += extent * inner)
    for (int64_t j = 0; j < count; j++, y += inner, index += inner)
      for (int64_t i = 0; i < inner; i++) x[index[i] * inner + i] += y[i];
}

static void N(one_hot)(
    void *y_, const int32_t *index, int64_t outer, int64_t classes, int64_t inner) {
  T *restrict y = y_;
  for (int64_t i = 0; i < outer * classes * inner; i++) y[i] = 0;
  for (int64_t o = 0; o < outer; o++, y += classes * inner, index += inner)
    for (int64_t i = 0; i < inner; i++) y[index[i] * inner + i] = 1;
}

static void N(extreme)(
    int32_t *index, const void *x_, int64_t outer, int64_t extent, int64_t inner,
    int32_t is_smallest) {
  enum { STRIP = 64 };
  const T *x = x_;
  for (int64_t o = 0; o < outer; o++, x += extent * inner, index += inner)
    for (int64_t left = 0; left < inner; left += STRIP) {
      const int64_t width = left + STRIP < inner ? STRIP : inner - left;
      T best[STRIP];
      for (int64_t c = 0; c < width; c++) best[c] = x[left + c], index[left + c] = 0;
      for (int64_t e = 1; e < extent; e++)
        for (int64_t c = 0; c < width; c++) {
          const T candidate = x[e * inner + left + c];
          const int isBeyond = is_smallest ? candidate < best[c] : candidate > best[c];
          const int isFirstNaN = candidate != candidate && best[c] == best[c];
          if (isBeyond || isFirstNaN) best[c] = candidate, index[left + c] = (int32_t)e;
        }
    }
}

/* Whether a stands before b in sorted order: a NaN counts as larger than every number. */
static inline int N(before)(T a, T b, int32_t descends) {
  return descends ? N(above)(a, b) : N(above)(b, a);
}

/* Straight merge sort (Knuth, The Art of Computer Programming 3, 5.2.4), stable: runs of 16 by
   insertion, then merged in rising widths. Returns which of the two holds the result. */
static int32_t *N(sort_lane)(
    int32_t *order, int32_t *spare, const T *key, int64_t n, int32_t descends) {
  enum { RUN = 16 };
  for (int64_t start = 0; start < n; start += RUN) {
    const int64_t end = start + RUN < n ? start + RUN : n;
    for (int64_t i = start; i < end; i++) {
      int64_t j = i;
      for (; j > start && N(before)(key[i], key[order[j - 1]], descends); j--)
        order[j] = order[j - 1];
      order[j] = (int32_t)i;
    }
  }
  for (int64_t width = RUN; width < n; width *= 2) {
    for (int64_t start = 0; start < n; start += 2 * width) {
      const int64_t middle = start + width < n ? start + width : n;
      const int64_t end = middle + width < n ? middle + width : n;
      int64_t a = start, b = middle;
      for (int64_t i = start; i < end; i++) {
        const int isRight =
            a == middle || (b < end && N(before)(key[order[b]], key[order[a]], descends));
        spare[i] = isRight ? order[b++] : order[a++];
      }
    }
    int32_t *swapped = order;
    order = spare, spare = swapped;
  }
  return order;
}

static void N(sort)(
    int32_t *index, const void *x_, void *keys_, int32_t *spare, int64_t outer, int64_t extent,
    int64_t inner, int64_t kept, int32_t descends) {
  const T *x = x_;
  T *keys = keys_;
  for (int64_t o = 0; o < outer; o++, x += extent * inner, index += kept * inner)
    for (int64_t i = 0; i < inner; i++) {
      for (int64_t e = 0; e < extent; e++) keys[e] = x[e * inner + i];
      const int32_t *order = N(sort_lane)(spare, spare + extent, keys, extent, descends);
      for (int64_t e = 0; e < kept; e++) index[e * inner + i] = order[e];
    }
}

static void N(cumulative_sum)(
    void *y_, const void *x_, int64_t outer, int64_t extent, int64_t inner, int32_t is_backward) {
  enum { STRIP = 64 };
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t o = 0; o < outer; o++, x += extent * inner, y += extent * inner)
    for (int64_t left = 0; left < inner; left += STRIP) {
      const int64_t width = left + STRIP < inner ? STRIP : inner - left;
      double totals[STRIP] = {0};
      for (int64_t e = 0; e < extent; e++) {
        const int64_t row = (is_backward ? extent - 1 - e : e) * inner + left;
        for (int64_t c = 0; c < width; c++) {
          totals[c] += (double)x[row + c];
          y[row + c] = (T)totals[c];
        }
      }
    }
}

static void N(round)(void *y_, const void *x_, int64_t n) {
  /* Above 2^23, in Double 2^52, every number is whole; below, the sum with it has no place for a
     fraction, and the addition rounds to even. */
  const T whole = sizeof(T) == 4 ? (T)8388608 : (T)4503599627370496;
  T *restrict y = y_;
  const T *restrict x = x_;
  for (int64_t i = 0; i < n; i++) {
    const T size = __builtin_elementwise_abs(x[i]);
    const T rounded = (size + whole) - whole;
    y[i] = __builtin_elementwise_copysign(size < whole ? rounded : size, x[i]);
  }
}

static void N(step)(void *y_, const void *x_, double threshold, int64_t n) {
  T *restrict y = y_;
  const T *restrict x = x_;
  const T t = (T)threshold;
  for (int64_t i = 0; i < n; i++) y[i] = x[i] > t ? 1 : (x[i] == x[i] ? 0 : x[i]);
}
