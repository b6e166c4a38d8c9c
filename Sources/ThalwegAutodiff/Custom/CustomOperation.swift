public import ThalwegTensor

/// An operation that is defined outside this package: its shape rule, its value and its derivative.
///
/// It is used like the engine's own, `x.applying(Cube())`, stands in reports and checks under its
/// own name, and `GradientCheck` says whether its derivative is right.
///
/// The two computations are generic over the precision, Float or Double, and are compiled for both
/// in the module that defines them. An operation that holds no more than three words is kept without
/// an allocation.
public protocol CustomOperation: Sendable {
  /// What reports call the operation.
  var name: String { get }

  /// The shape of the result; stops the program through `mistake` where the operands do not fit.
  func shape(of operands: OperandShapes) -> Shape

  /// Writes every entry of the result, from the operands and from nothing that changes: it is run
  /// again, on operands that were moved a little, when the derivative is checked.
  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>)

  /// Writes, for each operand that needs it, the derivative of the loss with respect to that operand
  /// from the one with respect to the result (the cotangent).
  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>)

  /// `forward` in Float: there is a default, which makes the compiler specialise it.
  func _forward32(_ step: CustomForward<Float>)
  /// `forward` in Double: there is a default, which makes the compiler specialise it.
  func _forward64(_ step: CustomForward<Double>)
  /// `backward` in Float: there is a default, which makes the compiler specialise it.
  func _backward32(_ step: CustomBackward<Float>)
  /// `backward` in Double: there is a default, which makes the compiler specialise it.
  func _backward64(_ step: CustomBackward<Double>)
}

// A generic method that is called through `any CustomOperation` runs unspecialised; these are
// inlined into the conforming type's module, where the type and the precision are known.
extension CustomOperation {
  /// Calls `forward`.
  @inlinable
  public func _forward32(_ step: CustomForward<Float>) { forward(step) }

  /// Calls `forward`.
  @inlinable
  public func _forward64(_ step: CustomForward<Double>) { forward(step) }

  /// Calls `backward`.
  @inlinable
  public func _backward32(_ step: CustomBackward<Float>) { backward(step) }

  /// Calls `backward`.
  @inlinable
  public func _backward64(_ step: CustomBackward<Double>) { backward(step) }
}
