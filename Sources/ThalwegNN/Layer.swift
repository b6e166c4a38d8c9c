public import ThalwegAutodiff

/// A part of a model: keeps handles to parameters and children, no numbers of its own.
public protocol Layer {
  /// What `forward` takes.
  associatedtype Input
  /// What `forward` gives.
  associatedtype Output

  /// The module path that the layer's nodes belong to.
  var place: Place { get }

  /// Computes the layer's output on the tape of `pass`.
  func forward(_ input: Input, _ pass: Pass) -> Output
}

extension Layer {
  /// A composite may leave it out: its nodes then belong to the module around it.
  public var place: Place { .inherited }

  /// Computes the layer's output under the layer's own path.
  @inlinable
  public func callAsFunction(_ input: Input, _ pass: Pass) -> Output {
    let outer = pass.enter(place)
    defer { pass.leave(to: outer) }
    return forward(input, pass)
  }
}
