/* Threads that share the pieces of one job. The caller cuts the job by its shape alone, so the
   number of threads never reaches a result. */
#pragma once
#include <stdint.h>

#pragma clang assume_nonnull begin

enum { TW_MOST_PARTS = 64 };
typedef struct tw_pool tw_pool;
typedef void (*tw_piece)(void *job, int64_t piece);

/* A pool of `threads` threads, the caller's among them; null when a thread cannot be made. */
tw_pool *_Nullable tw_pool_make(int threads);
void tw_pool_free(tw_pool *pool);
/* Runs the pieces of `rounds` rounds, one for each part, and returns when all are done: piece i is of
   part i % parts and begins when that part's piece of the round before is done. Where there are several
   rounds, there are at most TW_MOST_PARTS parts. Only one thread may call at a time. */
void tw_pool_run(tw_pool *pool, int64_t parts, int64_t rounds, tw_piece run, void *job);

#pragma clang assume_nonnull end
