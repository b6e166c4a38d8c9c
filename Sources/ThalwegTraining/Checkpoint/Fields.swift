package import ThalwegFormats

/// Members of a JSON object, read by type, with an error that names the file and the member.
package struct Fields {
  package let json: JSON
  package let path: String
  package var prefix = ""

  package init(json: JSON, path: String, prefix: String = "") {
    self.json = json
    self.path = path
    self.prefix = prefix
  }

  private func failure(_ name: String) -> CheckpointError {
    .field(path: path, name: prefix + name)
  }

  package func int(_ name: String) throws(CheckpointError) -> Int {
    guard let value = json[name]?.int else { throw failure(name) }
    return value
  }

  package func double(_ name: String) throws(CheckpointError) -> Double {
    guard let value = json[name]?.double else { throw failure(name) }
    return value
  }

  package func string(_ name: String) throws(CheckpointError) -> String {
    guard let value = json[name]?.string else { throw failure(name) }
    return value
  }

  /// nil where the file says null.
  package func optionalDouble(_ name: String) throws(CheckpointError) -> Double? {
    guard let value = json[name] else { throw failure(name) }
    if value.isNull { return nil }
    guard let number = value.double else { throw failure(name) }
    return number
  }

  package func ints(_ name: String) throws(CheckpointError) -> [Int] {
    guard let values = json[name]?.array else { throw failure(name) }
    let numbers = values.compactMap(\.int)
    if numbers.count != values.count { throw failure(name) }
    return numbers
  }

  package func object(_ name: String) throws(CheckpointError) -> Fields {
    guard let value = json[name], value.members != nil else { throw failure(name) }
    return Fields(json: value, path: path, prefix: prefix + name + ".")
  }

  package func objects(_ name: String) throws(CheckpointError) -> [Fields] {
    guard let values = json[name]?.array else { throw failure(name) }
    return values.enumerated().map {
      Fields(json: $1, path: path, prefix: prefix + "\(name)[\($0)].")
    }
  }
}
