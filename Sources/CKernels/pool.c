#include "thalweg_pool.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

/* A worker looks for a new job this many times before it sleeps: a millisecond or some, more than one
   thread works alone between two jobs of a step. To be woken up takes longer than most jobs. */
enum { SPINS = 40000 };
/* Who waits for another thread's piece lets that one have the processor after so many looks. */
enum { PATIENCE = 1000 };

struct tw_pool {
  int workers;
  pthread_t *threads;
  pthread_mutex_t mutex; /* guards `open`, `stop` and joining a job */
  pthread_cond_t wake;
  _Atomic uint64_t ticket; /* rises with every job */
  _Atomic int64_t next;    /* the next piece to take */
  _Atomic int active;      /* workers inside the job */
  int64_t pieces;
  int64_t parts, rounds; /* the pieces are so many parts, so many times */
  _Atomic int64_t rounds_done[TW_MOST_PARTS]; /* by part, where there are several rounds */
  tw_piece run;
  void *job;
  int open; /* a job may still be joined */
  int stop;
};

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

static void wait_a_little(int spin) {
  if (spin < PATIENCE) relax();
  else sched_yield();
}

static void take_pieces(tw_pool *pool) {
  for (;;) {
    int64_t piece = atomic_fetch_add(&pool->next, 1);
    if (piece >= pool->pieces) return;
    if (pool->rounds < 2) {
      pool->run(pool->job, piece);
      continue;
    }
    /* Pieces are taken in their order: what is waited for here is in somebody's hands. */
    _Atomic int64_t *done = &pool->rounds_done[piece % pool->parts];
    const int64_t round = piece / pool->parts;
    for (int spin = 0; atomic_load(done) < round; spin++) wait_a_little(spin);
    pool->run(pool->job, piece);
    atomic_store(done, round + 1);
  }
}

static void *work(void *argument) {
  tw_pool *pool = argument;
  uint64_t seen = 0;
  for (;;) {
    for (int spin = 0; spin < SPINS && atomic_load(&pool->ticket) == seen; spin++) relax();
    pthread_mutex_lock(&pool->mutex);
    while (atomic_load(&pool->ticket) == seen) pthread_cond_wait(&pool->wake, &pool->mutex);
    seen = atomic_load(&pool->ticket);
    const int stop = pool->stop, joins = pool->open;
    if (joins) atomic_fetch_add(&pool->active, 1);
    pthread_mutex_unlock(&pool->mutex);
    if (stop) return NULL;
    if (!joins) continue;
    take_pieces(pool);
    atomic_fetch_sub(&pool->active, 1);
  }
}

tw_pool *tw_pool_make(int threads) {
  tw_pool *pool = calloc(1, sizeof *pool);
  if (!pool) return NULL;
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pool->threads = calloc((size_t)(threads > 1 ? threads : 1), sizeof *pool->threads);
  if (!pool->threads) {
    tw_pool_free(pool);
    return NULL;
  }
  for (int i = 1; i < threads; i++) {
    if (pthread_create(&pool->threads[pool->workers], NULL, work, pool)) {
      tw_pool_free(pool);
      return NULL;
    }
    pool->workers++;
  }
  return pool;
}

void tw_pool_free(tw_pool *pool) {
  pthread_mutex_lock(&pool->mutex);
  pool->stop = 1;
  atomic_fetch_add(&pool->ticket, 1);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
  for (int i = 0; i < pool->workers; i++) pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->threads);
  free(pool);
}

/* A worker that sleeps through a job is not waited for: it joins under the mutex or not at all. */
void tw_pool_run(tw_pool *pool, int64_t parts, int64_t rounds, tw_piece run, void *job) {
  const int64_t pieces = parts * rounds;
  if (pool->workers == 0 || parts < 2) {
    for (int64_t piece = 0; piece < pieces; piece++) run(job, piece);
    return;
  }
  pthread_mutex_lock(&pool->mutex);
  pool->pieces = pieces, pool->run = run, pool->job = job, pool->open = 1;
  pool->parts = parts, pool->rounds = rounds;
  if (rounds > 1)
    for (int64_t part = 0; part < parts; part++) atomic_store(&pool->rounds_done[part], 0);
  atomic_store(&pool->next, 0);
  atomic_fetch_add(&pool->ticket, 1);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
  take_pieces(pool);
  pthread_mutex_lock(&pool->mutex);
  pool->open = 0;
  pthread_mutex_unlock(&pool->mutex);
  for (int spin = 0; atomic_load(&pool->active) > 0; spin++) wait_a_little(spin);
}
