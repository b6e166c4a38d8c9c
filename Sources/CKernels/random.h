/* Random masks. Included once per precision and level. */

/* Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011) over LANES blocks at once; block j has the counter
   (j, hash) and the key `seed`, and its four words decide entries 4 j to 4 j + 3. */
static void N(keep_mask)(void *mask_, uint64_t seed, uint64_t hash, double rate, int64_t n) {
  enum { LANES = 16 };
  T *restrict mask = mask_;
  const T kept = (T)(1 / (1 - rate));
  const double scaled = rate * 4294967296.0 + 0.5;
  const uint32_t threshold = scaled < 4294967295.0 ? (uint32_t)scaled : 4294967295u;
  for (int64_t start = 0; start < n; start += 4 * LANES) {
    uint32_t w[4][LANES];
    for (int l = 0; l < LANES; l++) {
      const uint64_t block = (uint64_t)(start / 4 + l);
      w[0][l] = (uint32_t)block, w[1][l] = (uint32_t)(block >> 32);
      w[2][l] = (uint32_t)hash, w[3][l] = (uint32_t)(hash >> 32);
    }
    uint32_t first = (uint32_t)seed, second = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
      for (int l = 0; l < LANES; l++) {
        const uint64_t a = (uint64_t)w[0][l] * 0xD2511F53u, b = (uint64_t)w[2][l] * 0xCD9E8D57u;
        w[0][l] = (uint32_t)(b >> 32) ^ w[1][l] ^ first;
        w[2][l] = (uint32_t)(a >> 32) ^ w[3][l] ^ second;
        w[1][l] = (uint32_t)b, w[3][l] = (uint32_t)a;
      }
      first += 0x9E3779B9u, second += 0xBB67AE85u;
    }
    const int64_t end = start + 4 * LANES < n ? 4 * LANES : n - start;
    for (int64_t i = 0; i < end; i++) mask[start + i] = w[i % 4][i / 4] < threshold ? 0 : kept;
  }
}
