#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

extension Machine {
  /// Where this CPU could do better than it is asked to, one line each.
  public var hints: [String] {
    var lines: [String] = []
    if let best = KernelLevel.available.last, level < best {
      lines.append("kernels run at level '\(level.rawValue)', this CPU runs '\(best.rawValue)'")
    }
    if !multipliesItself, let better = BLAS.better(than: blasCore, at: KernelLevel.available.last) {
      let cause =
        getenv("OPENBLAS_CORETYPE") == nil ? "" : "; OPENBLAS_CORETYPE is set, unset it"
      lines.append(
        "matrix products run on core '\(blasCore)', this CPU runs '\(better)'\(cause)")
    }
    return lines
  }
}
