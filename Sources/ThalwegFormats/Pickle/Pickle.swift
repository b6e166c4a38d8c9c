/// What a pickle says, as plain values; nothing that it names was looked up or called.
struct Pickle: Sendable {
  /// How far a pickle may go.
  enum Limit {
    static let bytes = 1 << 26
    static let operations = 5_000_000
    static let stack = 1_000_000
    static let memo = 5_000_000
    static let name = 256
    static let unknownNames = 100
  }

  let values: [PickleValue]
  let root: Int
  /// How many bytes it took.
  let length: Int

  /// - Parameters:
  ///   - isFollowed: whether something else may stand behind the pickle.
  ///   - allowed: dotted names of the classes and functions that may stand in it.
  ///   - skipsUnknown: keeps what others would make as `opaque`, where they are refused without it.
  ///   - source: what errors call the bytes.
  init(
    _ bytes: [UInt8], isFollowed: Bool = false, allowed: Set<String>, skipsUnknown: Bool,
    source: String
  ) throws(PickleError) {
    var reader = PickleReader(bytes, allowed: allowed, skipsUnknown: skipsUnknown, source: source)
    root = try reader.read(isFollowed: isFollowed)
    values = reader.values
    length = reader.position
  }
}
