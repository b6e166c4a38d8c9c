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
    // OpenBLAS takes its core type from the environment before anything of ours runs.
    let narrow = ["Haswell", "Zen", "SandyBridge", "Nehalem", "Prescott", "Core2", "Excavator"]
    if KernelLevel.available.last == .x86v4, narrow.contains(where: blasCore.hasPrefix) {
      let cause =
        getenv("OPENBLAS_CORETYPE") == nil ? "" : "; OPENBLAS_CORETYPE is set, unset it"
      lines.append(
        "matrix products run on core '\(blasCore)' without AVX-512, about half as fast\(cause)")
    }
    return lines
  }
}
