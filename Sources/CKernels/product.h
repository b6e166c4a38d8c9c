/* Products of small and middle-sized matrices, where packing for a large one costs more than it saves:
   tiles of the result stay in registers while rows of B go by as they lie. Included once per precision
   and level. */

/* Rows and vectors of a tile: with the vectors of B at hand it fits the registers. */
enum { N(LANES) = VECTOR_BYTES / sizeof(T), N(WIDE) = 3 * N(LANES), N(DEPTH) = 256 };
typedef T N(vector) __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(T))));

/* c [rows, vectors] (+)= a b over `depth`; b lies in rows `ldb` apart, a by strides of rows and of
   depth. The counts are constants where it is called. */
static inline __attribute__((always_inline)) void N(tile)(
    T *c, int64_t ldc, const T *a, int64_t row, int64_t along, const T *b, int64_t ldb,
    int64_t depth, int rows, int vectors, int adds) {
  N(vector) sum[TILE_ROWS][3];
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++)
      sum[r][v] = adds ? *(const N(vector) *)(c + r * ldc + v * N(LANES)) : (N(vector)){0};
  for (int64_t k = 0; k < depth; k++) {
    N(vector) line[3];
    for (int v = 0; v < vectors; v++) line[v] = *(const N(vector) *)(b + k * ldb + v * N(LANES));
    for (int r = 0; r < rows; r++) {
      const T factor = a[r * row + k * along];
      for (int v = 0; v < vectors; v++) sum[r][v] += line[v] * factor;
    }
  }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) *(N(vector) *)(c + r * ldc + v * N(LANES)) = sum[r][v];
}

#define TILE(ROWS, VECTORS)                                                                \
  if (along == 1) {                                                                        \
    if (adds) N(tile)(c, ldc, a, row, 1, b, ldb, depth, ROWS, VECTORS, 1);                 \
    else N(tile)(c, ldc, a, row, 1, b, ldb, depth, ROWS, VECTORS, 0);                      \
  } else {                                                                                 \
    if (adds) N(tile)(c, ldc, a, 1, along, b, ldb, depth, ROWS, VECTORS, 1);               \
    else N(tile)(c, ldc, a, 1, along, b, ldb, depth, ROWS, VECTORS, 0);                    \
  }

/* All rows of a panel of so many vectors. */
#define PANEL(VECTORS)                                                                     \
  static void N(panel##VECTORS)(                                              \
      T *c, int64_t ldc, const T *a, int64_t row, int64_t along, const T *b, int64_t ldb,  \
      int64_t depth, int64_t rows, int adds) {                                             \
    RELAXED                                                                                \
    for (; rows >= TILE_ROWS; rows -= TILE_ROWS) {                                         \
      TILE(TILE_ROWS, VECTORS)                                                             \
      c += TILE_ROWS * ldc, a += TILE_ROWS * row;                                          \
    }                                                                                      \
    if (rows >= 4) {                                                                       \
      TILE(4, VECTORS)                                                                     \
      c += 4 * ldc, a += 4 * row, rows -= 4;                                               \
    }                                                                                      \
    for (; rows > 0; rows--) {                                                             \
      TILE(1, VECTORS)                                                                     \
      c += ldc, a += row;                                                                  \
    }                                                                                      \
  }
PANEL(1)
PANEL(2)
PANEL(3)
#undef PANEL
#undef TILE

/* So many columns of B from column `start` on, as rows of `padded` numbers, 0 behind the last. */
static void N(lay_out)(
    T *restrict y, const tw_product *p, const T *restrict b, int64_t start, int64_t width,
    int64_t padded, int64_t top, int64_t depth) {
  if (p->transposes_b)
    for (int64_t j = 0; j < width; j++)
      for (int64_t k = 0; k < depth; k++) y[k * padded + j] = b[(start + j) * p->ldb + top + k];
  else
    for (int64_t k = 0; k < depth; k++)
      for (int64_t j = 0; j < width; j++) y[k * padded + j] = b[(top + k) * p->ldb + start + j];
  for (int64_t k = 0; k < depth; k++)
    for (int64_t j = width; j < padded; j++) y[k * padded + j] = 0;
}

static void N(product)(void *c_, const void *a_, const void *b_, const tw_product *p) {
  T laid[N(DEPTH) * N(WIDE)] __attribute__((aligned(64)));
  const T *a = a_, *b = b_;
  const int64_t row = p->transposes_a ? 1 : p->lda, along = p->transposes_a ? p->lda : 1;
  for (int64_t start = 0; start < p->columns; start += N(WIDE)) {
    const int64_t left = p->columns - start, width = left < N(WIDE) ? left : N(WIDE);
    const int64_t vectors = (width + N(LANES) - 1) / N(LANES), padded = vectors * N(LANES);
    T *c = (T *)c_ + start;
    for (int64_t top = 0; top == 0 || top < p->inner; top += N(DEPTH)) {
      const int64_t rest = p->inner - top, depth = rest < N(DEPTH) ? rest : N(DEPTH);
      const int adds = p->adds || top > 0;
      const T *x = a + top * along, *y = b + top * p->ldb + start;
      int64_t ldb = p->ldb;
      if (p->transposes_b || width < padded) {
        N(lay_out)(laid, p, b, start, width, padded, top, depth);
        y = laid, ldb = padded;
      }
      if (width == padded) {
        if (vectors == 3) N(panel3)(c, p->ldc, x, row, along, y, ldb, depth, p->rows, adds);
        else if (vectors == 2) N(panel2)(c, p->ldc, x, row, along, y, ldb, depth, p->rows, adds);
        else N(panel1)(c, p->ldc, x, row, along, y, ldb, depth, p->rows, adds);
        continue;
      }
      /* The last columns fill no vector: their tiles are made aside. */
      T aside[TILE_ROWS * N(WIDE)] __attribute__((aligned(64)));
      for (int64_t r = 0; r < p->rows; r += TILE_ROWS) {
        const int64_t rows = p->rows - r < TILE_ROWS ? p->rows - r : TILE_ROWS;
        if (adds)
          for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < padded; j++)
              aside[i * padded + j] = j < width ? c[(r + i) * p->ldc + j] : 0;
        const T *from = x + r * row;
        if (vectors == 3) N(panel3)(aside, padded, from, row, along, y, ldb, depth, rows, adds);
        else if (vectors == 2) N(panel2)(aside, padded, from, row, along, y, ldb, depth, rows, adds);
        else N(panel1)(aside, padded, from, row, along, y, ldb, depth, rows, adds);
        for (int64_t i = 0; i < rows; i++)
          for (int64_t j = 0; j < width; j++) c[(r + i) * p->ldc + j] = aside[i * padded + j];
      }
    }
  }
}
