#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// A named stream of random draws.
///
/// A draw depends on the root seed, the stream's path and the draw's index, and on nothing else:
/// neither on how many streams exist nor on the order in which they were made.
public struct RandomStream: Sendable {
  /// The seed from which all streams of a run are derived.
  public let seed: UInt64

  /// The dotted name of the stream.
  public let path: String

  private let pathHash: UInt64

  /// The stream named `path` under the root seed `seed`.
  public init(seed: UInt64, path: String) {
    self.seed = seed
    self.path = path
    pathHash = RandomStream.hash(path)
  }

  /// A stream whose upper counter is given: draw `i` is the block of counter `(i, hash)` under the
  /// key `seed`.
  package init(seed: UInt64, path: String, hash: UInt64) {
    self.seed = seed
    self.path = path
    pathHash = hash
  }

  /// FNV-1a, 64 bits (Fowler, Noll, Vo): offset basis and prime as published.
  package static func hash(_ path: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in path.utf8 { hash = RandomStream.hash(hash, adding: byte) }
    return hash
  }

  @inline(__always)
  package static func hash(_ hash: UInt64, adding byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  private func block(_ index: UInt64) -> SIMD4<UInt32> {
    func low(_ x: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: x) }
    func high(_ x: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: x >> 32) }
    return Philox.block(
      counter: SIMD4(low(index), high(index), low(pathHash), high(pathHash)),
      key: SIMD2(low(seed), high(seed)))
  }

  /// 64 random bits.
  public func bits(_ index: Int) -> UInt64 {
    let words = block(UInt64(index))
    return UInt64(words[0]) | UInt64(words[1]) << 32
  }

  /// A number of the uniform distribution over [0, 1), a multiple of 2^-53.
  public func uniform(_ index: Int) -> Double {
    Double(bits(index) >> 11) * 0x1p-53
  }

  /// A number of the standard normal distribution, by the Box-Muller transform
  /// (Box, Muller 1958).
  public func normal(_ index: Int) -> Double {
    let words = block(UInt64(index))
    let first = UInt64(words[0]) | UInt64(words[1]) << 32
    let second = UInt64(words[2]) | UInt64(words[3]) << 32
    let radius = (-2 * log(1 - Double(first >> 11) * 0x1p-53)).squareRoot()
    return radius * cos(2 * Double.pi * (Double(second >> 11) * 0x1p-53))
  }

  /// A whole number of the uniform distribution over 0 ..< `bound`.
  ///
  /// The upper 64 bits of the product of 64 random bits and `bound`; the bias is below
  /// `bound` / 2^64.
  /// - Precondition: `bound` is positive.
  public func integer(_ index: Int, below bound: Int) -> Int {
    if bound <= 0 { mistake("random: no whole number lies below \(bound)") }
    return Int(bits(index).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A random order of 0 ..< `count`, every order equally likely
  /// (Durstenfeld 1964, algorithm 235).
  public func permutation(_ count: Int) -> [Int32] {
    var order = (0..<Int32(count)).map { $0 }
    for position in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(position, integer(position, below: position + 1))
    }
    return order
  }
}
