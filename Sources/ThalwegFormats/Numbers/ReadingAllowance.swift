/// How many bytes may still be read and looked at: a small file can describe views that take years.
final class ReadingAllowance {
  private static let timesFile = 16
  private static let least = 1 << 28
  /// The time that a short run takes, in bytes of a long one.
  static let leastRun = 64

  let path: String
  private let limit: Int
  private var used = 0
  /// The tensor at hand.
  var tensor = ""

  /// - Parameter bytes: of all numbers of the file.
  init(_ path: String, bytes: Int) {
    self.path = path
    let (times, overflow) = bytes.multipliedReportingOverflow(by: ReadingAllowance.timesFile)
    limit = overflow ? Int.max : max(times, ReadingAllowance.least)
  }

  func use(_ bytes: Int) throws(NumbersError) {
    let (sum, overflow) = used.addingReportingOverflow(bytes)
    if overflow || sum > limit { throw .tooMuch(path: path, at: tensor, limit: limit) }
    used = sum
  }
}
