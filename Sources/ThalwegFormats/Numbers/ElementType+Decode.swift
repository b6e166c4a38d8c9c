#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

extension ElementType {
  /// Numbers as Double: truths as 0 and 1, of complex numbers the magnitude.
  /// - Parameter stride: bytes from one number to the next.
  func decode(
    _ bytes: UnsafeRawPointer, stride: Int, count: Int, isBigEndian: Bool,
    into numbers: UnsafeMutablePointer<Double>
  ) {
    let run = Run(
      bytes: bytes, stride: stride, count: count, isBigEndian: isBigEndian, numbers: numbers)
    switch self {
    case .bool: run.each(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .uint8: run.each(UInt8.self) { Double($0) }
    case .int8: run.each(UInt8.self) { Double(Int8(bitPattern: $0)) }
    case .uint16: run.each(UInt16.self) { Double($0) }
    case .int16: run.each(UInt16.self) { Double(Int16(bitPattern: $0)) }
    case .uint32: run.each(UInt32.self) { Double($0) }
    case .int32: run.each(UInt32.self) { Double(Int32(bitPattern: $0)) }
    case .uint64: run.each(UInt64.self) { Double($0) }
    case .int64: run.each(UInt64.self) { Double(Int64(bitPattern: $0)) }
    case .float8E4M3: run.each(UInt8.self, ElementType.float8E4M3)
    // The high byte of a half.
    case .float8E5M2: run.each(UInt8.self) { ElementType.half(UInt16($0) << 8) }
    case .float16: run.each(UInt16.self, ElementType.half)
    case .bfloat16: run.each(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: run.each(UInt32.self) { Double(Float(bitPattern: $0)) }
    case .float64: run.each(UInt64.self) { Double(bitPattern: $0) }
    case .complex64:
      run.pairs(UInt32.self) {
        hypot(Double(Float(bitPattern: $0)), Double(Float(bitPattern: $1)))
      }
    case .complex128:
      run.pairs(UInt64.self) { hypot(Double(bitPattern: $0), Double(bitPattern: $1)) }
    }
  }

  /// Five bits of exponent, biased by 15. As a Float with the same bits it is 2^112 too small, and
  /// so are the subnormal ones.
  @inline(__always)
  private static func half(_ bits: UInt16) -> Double {
    let sign = UInt32(bits & 0x8000) << 16
    let rest = UInt32(bits & 0x7FFF) << 13
    if bits & 0x7C00 == 0x7C00 { return Double(Float(bitPattern: sign | 0x7F80_0000 | rest)) }
    return Double(Float(bitPattern: sign | rest)) * 0x1p112
  }

  /// Four bits of exponent, biased by 7; without infinity, and with one pattern that is no number.
  @inline(__always)
  private static func float8E4M3(_ bits: UInt8) -> Double {
    if bits & 0x7F == 0x7F { return .nan }
    let pattern = UInt32(bits & 0x80) << 24 | UInt32(bits & 0x7F) << 20
    return Double(Float(bitPattern: pattern)) * 0x1p120
  }
}

/// Numbers at equal distances.
private struct Run {
  let bytes: UnsafeRawPointer
  let stride: Int
  let count: Int
  let isBigEndian: Bool
  let numbers: UnsafeMutablePointer<Double>

  @inline(__always)
  func each<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ type: Bits.Type, _ number: (Bits) -> Double
  ) {
    let width = MemoryLayout<Bits>.size
    if isBigEndian {
      for index in 0..<count {
        let bits = bytes.loadUnaligned(fromByteOffset: index * stride, as: type)
        numbers[index] = number(Bits(bigEndian: bits))
      }
    } else if stride == width {
      // A distance that the compiler knows lets it take several at once.
      for index in 0..<count {
        let bits = bytes.loadUnaligned(fromByteOffset: index * width, as: type)
        numbers[index] = number(Bits(littleEndian: bits))
      }
    } else {
      for index in 0..<count {
        let bits = bytes.loadUnaligned(fromByteOffset: index * stride, as: type)
        numbers[index] = number(Bits(littleEndian: bits))
      }
    }
  }

  /// Complex numbers: the real part and the imaginary one.
  @inline(__always)
  func pairs<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ type: Bits.Type, _ number: (Bits, Bits) -> Double
  ) {
    for index in 0..<count {
      let place = bytes + index * stride
      let first = place.loadUnaligned(as: type)
      let second = place.loadUnaligned(fromByteOffset: MemoryLayout<Bits>.size, as: type)
      numbers[index] =
        isBigEndian
        ? number(Bits(bigEndian: first), Bits(bigEndian: second))
        : number(Bits(littleEndian: first), Bits(littleEndian: second))
    }
  }
}
