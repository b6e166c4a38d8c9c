#include "thalweg_kernels.h"
