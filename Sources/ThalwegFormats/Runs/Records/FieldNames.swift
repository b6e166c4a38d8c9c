/// The names that lead to the values of records, each with a number.
///
/// The records of a file have the same names in the same order as a rule, so that the next one is
/// found by comparing it with the one that came next before, without hashing.
struct FieldNames {
  static let limit = 20_000
  static let nameLimit = 256
  /// The parent of names at the top.
  static let top = -1
  /// What names beyond the limits get.
  static let none = -2

  struct Field {
    let parent: Int
    /// As the file spells it between the quotes.
    let spelled: [UInt8]
    let path: [String]
    /// What came behind it last time.
    fileprivate var follower = FieldNames.none
    /// The last record in which it was seen.
    fileprivate var record = -1
  }

  private struct Key: Hashable {
    var parent: Int
    var spelled: [UInt8]
  }

  private(set) var fields: [Field] = []
  private var indices: [Key: Int] = [:]
  private var first = FieldNames.none
  private var last = FieldNames.none
  private var record = 0

  /// The next record begins.
  mutating func beginRecord() {
    record += 1
    last = FieldNames.none
  }

  /// The number of a name.
  /// - Returns: nil where the record had it before.
  mutating func field(
    _ name: JSONScanner.Quoted, of parent: Int, in scanner: JSONScanner
  ) throws(JSONError) -> Int? {
    if name.end - name.start > FieldNames.nameLimit { return FieldNames.none }
    let guess = last == FieldNames.none ? first : fields[last].follower
    var index = guess
    if guess < 0 || fields[guess].parent != parent || !isSame(guess, name, scanner) {
      index = try search(name, of: parent, in: scanner)
      if index < 0 { return index }
      if last == FieldNames.none { first = index } else { fields[last].follower = index }
    }
    if fields[index].record == record { return nil }
    fields[index].record = record
    last = index
    return index
  }

  private func isSame(
    _ index: Int, _ name: JSONScanner.Quoted, _ scanner: JSONScanner
  ) -> Bool {
    let count = name.end - name.start
    return fields[index].spelled.withUnsafeBufferPointer { spelled in
      if spelled.count != count { return false }
      for offset in 0..<count where spelled[offset] != scanner.bytes[name.start + offset] {
        return false
      }
      return true
    }
  }

  private mutating func search(
    _ name: JSONScanner.Quoted, of parent: Int, in scanner: JSONScanner
  ) throws(JSONError) -> Int {
    let key = Key(parent: parent, spelled: Array(scanner.bytes[name.start..<name.end]))
    if let known = indices[key] { return known }
    if fields.count >= FieldNames.limit { return FieldNames.none }
    let path = parent >= 0 ? fields[parent].path : []
    // Of names within names no path gets longer than what the collector takes.
    if path.reduce(key.spelled.count, { $0 + $1.utf8.count }) > FieldNames.nameLimit {
      return FieldNames.none
    }
    fields.append(
      Field(parent: parent, spelled: key.spelled, path: path + [try scanner.text(name)]))
    indices[key] = fields.count - 1
    return fields.count - 1
  }
}
