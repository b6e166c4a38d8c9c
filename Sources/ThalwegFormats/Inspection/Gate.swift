#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// A single number that mixes two branches, by its name.
package struct Gate: Sendable, Equatable {
  private static let words = ["gate", "blend", "alpha"]

  package let path: String
  package let value: Double

  /// What the number weighs its branch with where it goes through a sigmoid; nil where it is NaN.
  package var sigmoid: Double? { value.isNaN ? nil : 1 / (1 + exp(-value)) }

  static func isGate(_ tensor: CheckpointTensor) -> Bool {
    if tensor.elementCount != 1 || !tensor.element.isReal { return false }
    let name = tensor.name.utf8.map { $0 | 0x20 }
    return words.contains { word in
      name.indices.contains { name[$0...].starts(with: word.utf8) }
    }
  }
}
