private import CKernels

/// A set of CPU instructions that the kernels are compiled for.
public enum KernelLevel: String, Sendable, CaseIterable, Comparable {
  /// What every CPU of the architecture has.
  case baseline
  /// AVX2 and fused multiply-add.
  case x86v3 = "x86-64-v3"
  /// AVX-512.
  case x86v4 = "x86-64-v4"

  package var index: Int32 {
    switch self {
    case .baseline: Int32(TW_BASELINE)
    case .x86v3: Int32(TW_X86_64_V3)
    case .x86v4: Int32(TW_X86_64_V4)
    }
  }

  /// The levels that this machine can run, lowest first.
  public static var available: [KernelLevel] {
    let best = tw_best_level()
    return allCases.filter { $0.index <= best }
  }

  /// Lower levels need fewer instructions.
  public static func < (left: KernelLevel, right: KernelLevel) -> Bool { left.index < right.index }
}
