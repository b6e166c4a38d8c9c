private import ThalwegFormats

/// Memory of this process that is resident, in bytes; nil where the system does not say it.
enum ProcessMemory {
  /// Now.
  static var resident: Int? { field("VmRSS:") }
  /// The most there was.
  static var peak: Int? { field("VmHWM:") }

  private static func field(_ name: String) -> Int? {
    guard let bytes = try? Files.read("/proc/self/status") else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first {
      $0.hasPrefix(name)
    }
    let number = line?.dropFirst(name.count).split(whereSeparator: \.isWhitespace).first
    return number.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
