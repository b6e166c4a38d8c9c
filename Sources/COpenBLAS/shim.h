#pragma once
#include <cblas.h>
#include <stdlib.h>

/* What a build of OpenBLAS for several CPUs chooses its kernels with, when it is loaded and here once
   more; a build for one CPU has neither. */
void gotoblas_dynamic_init(void) __attribute__((weak));
void gotoblas_dynamic_quit(void) __attribute__((weak));

/* Makes OpenBLAS choose anew, by the name of a core. It reads the name from its environment variable,
   which is left as it was: unset. Not while another thread calls OpenBLAS. Returns 0 where this build
   cannot. */
static inline int tw_openblas_choose(const char *core) {
  if (!gotoblas_dynamic_init || !gotoblas_dynamic_quit) return 0;
  if (setenv("OPENBLAS_CORETYPE", core, 1)) return 0;
  gotoblas_dynamic_quit();
  gotoblas_dynamic_init();
  unsetenv("OPENBLAS_CORETYPE");
  return 1;
}
