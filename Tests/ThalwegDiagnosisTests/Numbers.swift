#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

func exponential(_ x: Double) -> Double { exp(x) }

func cosine(_ x: Double) -> Double { cos(x) }

func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// Rounded as `%.4f` prints it.
func printed(_ value: Double, _ decimals: Int) -> Double {
  Double(formatted(value, "%.\(decimals)f")) ?? .nan
}

/// What C's printf makes of a number.
func formatted(_ value: Double, _ format: String) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { room in
    let count = withVaList([value]) { vsnprintf(room.baseAddress, room.count, format, $0) }
    return String(
      decoding: room[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// The text of a file; nil where it cannot be read.
func textOfFile(_ path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 14)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { break }
    bytes += chunk[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
