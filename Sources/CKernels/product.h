/* Products of matrices: tiles of the result stay in registers while rows of B go by, as they lie where
   they can. A in turn goes by in strips of a tile's rows, laid out anew where enough columns share the
   cost. Included once per precision and level. */

/* Vectors of a tile: with TILE_ROWS rows of them, and those of B at hand, they fill the registers. The
   rows of B that go by at a time stay in the second cache with SPAN columns, or LAID of them where
   they are laid out anew. */
enum { N(WIDE) = 3 * N(LANES), N(DEPTH) = 256 };
enum { N(SPAN) = 11 * N(WIDE), N(LAID) = 6 * N(WIDE) };

/* Where a tile finds A: entry (r, k) at a[r * row + k * along]. */
typedef struct { const T *at; int64_t row, along; } N(strip);

/* What the sums of a tile start from, rows `apart`; null: 0. */
typedef struct { const T *at; int64_t apart; } N(start);

/* c [rows, vectors] = start + a b over `depth`; rows of b are `ldb` apart. The counts of rows and
   vectors are constants where it is called, and so is that one stride of A which is 1. */
static inline __attribute__((always_inline)) void N(tile)(
    T *c, int64_t ldc, N(start) start, const T *a, int64_t row, int64_t along, const T *b,
    int64_t ldb, int64_t depth, int rows, int vectors) {
  N(vector) sum[TILE_ROWS][3];
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++)
      sum[r][v] = start.at ? *(const N(vector) *)(start.at + r * start.apart + v * N(LANES))
                           : (N(vector)){0};
  /* The next tile's place is fetched meanwhile. */
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) __builtin_prefetch(c + r * ldc + (vectors + v) * N(LANES), 1);
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

#define TILE(ROWS, VECTORS)                                                                   \
  static void N(tile_##ROWS##x##VECTORS)(                                                     \
      T *c, int64_t ldc, N(start) start, const N(strip) *a, const T *b, int64_t ldb,          \
      int64_t depth) {                                                                        \
    if (a->along == 1) N(tile)(c, ldc, start, a->at, a->row, 1, b, ldb, depth, ROWS, VECTORS); \
    else N(tile)(c, ldc, start, a->at, 1, a->along, b, ldb, depth, ROWS, VECTORS);            \
  }
#define TILES(ROWS) TILE(ROWS, 1) TILE(ROWS, 2) TILE(ROWS, 3)
TILES(1)
TILES(2)
TILES(3)
TILES(4)
#if TILE_ROWS == 8
TILES(5)
TILES(6)
TILES(7)
TILES(8)
#endif
#undef TILES
#undef TILE
typedef void (*N(any_tile))(
    T *c, int64_t ldc, N(start) start, const N(strip) *a, const T *b, int64_t ldb, int64_t depth);
#define TILES(ROWS) {N(tile_##ROWS##x1), N(tile_##ROWS##x2), N(tile_##ROWS##x3)}
static const N(any_tile) N(tiles)[][3] = {
  TILES(1), TILES(2), TILES(3), TILES(4),
#if TILE_ROWS == 8
  TILES(5), TILES(6), TILES(7), TILES(8),
#endif
};
#undef TILES

/* How many of the vectors that are left a tile takes: two and two go faster than three and one. */
static inline __attribute__((always_inline)) int64_t N(taken)(int64_t vectors) {
  return vectors == 4 ? 2 : vectors < 3 ? vectors : 3;
}

/* `width` columns of B from `start` on, tile after tile as rows of whole vectors, 0 behind the last. */
static void N(lay_out)(
    T *restrict y, const tw_product *p, const T *restrict b, int64_t start, int64_t width,
    int64_t top, int64_t depth) {
  int64_t columns;
  for (int64_t from = start; width > 0; from += columns, width -= columns) {
    const int64_t wide = N(taken)((width + N(LANES) - 1) / N(LANES)) * N(LANES);
    columns = width < wide ? width : wide;
    for (int64_t k = 0; columns < wide && k < depth; k++)
      *(N(vector) *)(y + k * wide + wide - N(LANES)) = (N(vector)){0};
    if (p->transposes_b)
      N(turn_over)(y, wide, b + from * p->ldb + top, p->ldb, columns, depth);
    else
      N(copy_rows)(y, wide, b + top * p->ldb + from, p->ldb, depth, columns);
    y += wide * depth;
  }
}

/* TILE_ROWS rows of A over `depth`, in the order in which a tile reads them. Where A lies turned over,
   `count` times as many, as they share cache lines. */
static void N(lay_strips)(T *y, const N(strip) *a, int64_t depth, int64_t count) {
  if (a->along == 1) {
    N(turn_over)(y, TILE_ROWS, a->at, a->row, TILE_ROWS, depth);
    return;
  }
  for (int64_t k = 0; k < depth; k++)
    for (int64_t i = 0; i < count; i++)
      __builtin_memcpy(
          y + (i * depth + k) * TILE_ROWS, a->at + k * a->along + i * TILE_ROWS,
          TILE_ROWS * sizeof(T));
}

/* `rows` rows of A times `vectors` vectors of columns of B, which lies in rows `ldb` apart or, with 0,
   as it was laid out. */
static void N(sweep)(
    T *c, int64_t ldc, N(start) start, const N(strip) *a, int64_t rows, const T *b, int64_t ldb,
    int64_t depth, int64_t vectors) {
  while (vectors > 0) {
    const int64_t count = N(taken)(vectors), columns = count * N(LANES);
    N(tiles)[rows - 1][count - 1](c, ldc, start, a, b, ldb ? ldb : columns, depth);
    c += columns, b += ldb ? columns : columns * depth, vectors -= count;
    if (start.at) start.at += columns;
  }
}

static void N(whole_product)(void *c_, const void *a_, const void *b_, const tw_product *p) {
  T laid[N(DEPTH) * N(LAID)] __attribute__((aligned(64)));
  T strips[2 * N(DEPTH) * TILE_ROWS] __attribute__((aligned(64)));
  const T *a = a_, *b = b_, *offsets = p->offsets;
  const int64_t row = p->transposes_a ? 1 : p->lda, along = p->transposes_a ? p->lda : 1;
  int64_t width;
  for (int64_t start = 0; start < p->columns; start += width) {
    /* Whole vectors of B are read as they lie, unless each row of a page would take the same place of
       the cache; what is turned over is laid out, and so are the last ones with columns that fill no
       vector. */
    const int64_t left = p->columns - start, all = (left + N(LANES) - 1) / N(LANES);
    const int64_t last = left % N(LANES) == 0 ? 0 : all < 4 ? all : all < 6 ? 2 : 3;
    const int collides = p->rows >= 64 && p->ldb * sizeof(T) % 4096 == 0;
    const int lies = !p->transposes_b && !collides && all > last;
    const int64_t most = lies ? (all - last) * N(LANES) : left;
    const int64_t limit = lies ? N(SPAN) : N(LAID), spans = (most + limit - 1) / limit;
    width = spans < 2 ? most : (most / spans + N(LANES) - 1) / N(LANES) * N(LANES);
    const int64_t vectors = (width + N(LANES) - 1) / N(LANES), padded = vectors * N(LANES);
    const int packs = TILE_ROWS == 8 && width > 2 * N(WIDE);
    for (int64_t top = 0; top == 0 || top < p->inner; top += N(DEPTH)) {
      const int64_t rest = p->inner - top, depth = rest < N(DEPTH) ? rest : N(DEPTH);
      const int adds = p->adds || top > 0;
      if (!lies) N(lay_out)(laid, p, b, start, width, top, depth);
      const T *y = lies ? b + top * p->ldb + start : laid;
      const int64_t ldb = lies ? p->ldb : 0;
      int64_t taken;
      for (int64_t r = 0; r < p->rows; r += taken) {
        taken = p->rows - r < TILE_ROWS ? p->rows - r : TILE_ROWS;
        N(strip) x = {a + r * row + top * along, row, along};
        if (packs && taken == TILE_ROWS) {
          const int64_t second = along == 1 ? 0 : r / TILE_ROWS % 2;
          const int two = along != 1 && p->rows - r >= 2 * TILE_ROWS;
          if (!second) N(lay_strips)(strips, &x, depth, two ? 2 : 1);
          x = (N(strip)){strips + second * depth * TILE_ROWS, 1, TILE_ROWS};
        }
        T *c = (T *)c_ + r * p->ldc + start;
        N(start) from = {NULL, 0};
        if (adds) from = (N(start)){c, p->ldc};
        else if (offsets) from = (N(start)){offsets + r * p->ldo + start, p->ldo};
        if (width == padded) {
          N(sweep)(c, p->ldc, from, &x, taken, y, ldb, depth, vectors);
          continue;
        }
        /* The last columns fill no vector: their tiles are made aside. */
        T aside[TILE_ROWS * N(LAID)] __attribute__((aligned(64)));
        if (from.at) {
          N(copy_rows)(aside, padded, from.at, from.apart, from.apart ? taken : 1, width);
          from = (N(start)){aside, from.apart ? padded : 0};
        }
        N(sweep)(aside, padded, from, &x, taken, y, ldb, depth, vectors);
        N(copy_rows)(c, p->ldc, aside, padded, taken, width);
      }
    }
  }
}

/* Few columns fill no vector, but the rows of a factor that lies turned over do: the result is made
   turned over. */
static void N(narrow_product)(T *c, const T *a, const T *b, const tw_product *p) {
  enum { ROWS = 128 };
  T made[8 * ROWS] __attribute__((aligned(64)));
  for (int64_t r = 0; r < p->rows; r += ROWS, c += ROWS * p->ldc, a += ROWS) {
    const int64_t rows = p->rows - r < ROWS ? p->rows - r : ROWS;
    if (p->adds) N(turn_over)(made, ROWS, c, p->ldc, rows, p->columns);
    const tw_product turned = {
        p->columns, rows, p->inner, p->ldb, p->lda, ROWS, !p->transposes_b, 0, p->adds, NULL, 0};
    N(whole_product)(made, b, a, &turned);
    N(turn_over)(c, p->ldc, made, ROWS, p->columns, rows);
  }
}

static void N(product)(void *c, const void *a, const void *b, const tw_product *p) {
  if (p->transposes_a && !p->offsets && p->columns <= 8 && p->rows >= 2 * N(LANES))
    N(narrow_product)(c, a, b, p);
  else
    N(whole_product)(c, a, b, p);
}
