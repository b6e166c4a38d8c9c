/// What a checkpoint says of one tensor, and where its numbers lie, which were not read.
package struct CheckpointTensor: Sendable {
  /// Where the numbers lie among those of a storage, in elements.
  package struct View: Sendable {
    /// nil where each tensor has bytes of its own.
    package let storage: String?
    package let offset: Int
    package let strides: [Int]
  }

  /// The keys that lead to it, joined by points.
  package let path: String
  package let element: ElementType
  package let extents: [Int]
  package let elementCount: Int
  /// nil where they lie in the order of their indices, in bytes of its own.
  package let view: View?
  /// Saved as a parameter; false also where a file cannot tell.
  package let isParameter: Bool
  let numbers: NumberSource
  /// The first key, where the file has parts beside each other, as a model and its optimizer;
  /// empty where the tensor has no key above its own.
  let section: String

  /// The keys below the section.
  package var name: String {
    if section.isEmpty { return path }
    // Characters would not do: one may begin in the section and end behind it.
    let below = path.unicodeScalars.dropFirst(section.unicodeScalars.count + 1)
    return String(String.UnicodeScalarView(below))
  }
}
