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
}
