package import ThalwegTensor

/// What a safetensors file holds, in the order in which it lies there.
package struct SafetensorsFile: Sendable {
  package struct Entry: Sendable {
    package let name: String
    package let element: Safetensors.Element
    package let shape: Shape
    /// The numbers as they lie in the file, little-endian and without alignment.
    package let bytes: ArraySlice<UInt8>

    /// The numbers of a real type; nil for whole numbers.
    package var tensor: Tensor? {
      switch element {
      case .float32: Tensor(elements(of: Float.self), shape: shape)
      case .float64: Tensor(elements(of: Double.self), shape: shape)
      case .int64: nil
      }
    }

    /// Whole numbers; nil for a real type.
    package var integers: [Int64]? {
      element == .int64 ? elements(of: Int64.self) : nil
    }

    private func elements<Number: BitwiseCopyable>(of type: Number.Type) -> [Number] {
      bytes.withUnsafeBytes { memory in
        (0..<shape.count).map {
          memory.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: type)
        }
      }
    }
  }

  package let entries: [Entry]
  package let metadata: [(name: String, text: String)]

  /// The tensor of that name.
  package subscript(_ name: String) -> Entry? { entries.first { $0.name == name } }
}
