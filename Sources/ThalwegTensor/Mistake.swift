/// Stops the program on a programmer's mistake, with a text that names the operation, the shapes
/// and the module path.
///
/// `precondition` prints nothing in an optimized build; this always prints.
public func mistake(_ text: @autoclosure () -> String) -> Never {
  fatalError(text())
}
