package import ThalwegTensor

/// Tensors in one file: eight bytes of header length, a JSON header, the numbers one after another.
///
/// The format is that of github.com/huggingface/safetensors.
package enum Safetensors {
  /// The types of element that are read.
  package enum Element: String, Sendable, CaseIterable {
    case float32 = "F32"
    case float64 = "F64"
    case int64 = "I64"

    /// Bytes of one element.
    package var width: Int { self == .float32 ? 4 : 8 }

    package init(_ scalarType: ScalarType) {
      self = scalarType == .float32 ? .float32 : .float64
    }

    /// nil for what is listed and not read.
    init?(_ type: ElementType) {
      guard let name = type.safetensorsName else { return nil }
      self.init(rawValue: name)
    }
  }

  static let metadataName = "__metadata__"
  static let headerLimit = 100_000_000
  static let lengthBytes = 8
}
