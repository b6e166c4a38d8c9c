public import ThalwegTensor

/// A handle to one trainable tensor: the only thing that a layer keeps of it.
public struct Parameter: Sendable, Hashable {
  /// The place of the parameter in the order of registration.
  package let index: Int32
  /// The extents of its values.
  public let shape: Shape
}

/// The number of a module path in the table that `Parameters` keeps.
public struct Place: Sendable, Hashable {
  package let id: Int32

  package init(id: Int32) { self.id = id }

  /// The place of the module around this one.
  public static let inherited = Place(id: -1)
}
