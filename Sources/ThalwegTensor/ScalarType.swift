/// The precision of a tape and its parameters: a property at run time, not a generic parameter.
public enum ScalarType: String, Sendable, CaseIterable {
  /// IEEE 754 binary32, four bytes.
  case float32
  /// IEEE 754 binary64, eight bytes.
  case float64

  /// Bytes of one element.
  public var width: Int { self == .float32 ? 4 : 8 }

  /// Unit roundoff u: half the distance from 1 to the next number.
  public var unitRoundoff: Double { self == .float32 ? 0x1p-24 : 0x1p-53 }
}
