import ThalwegFormats

/// A reader under attack: how inputs are made for it, and what it does with one.
struct Target {
  let name: String
  /// An input made from a drawn one of the seeds.
  let make: (inout Dice) -> [UInt8]
  /// Reads the file.
  let read: (String) throws -> Void
  /// Whether an error says that the content was not reached: a broken container.
  let stopsAtContainer: (any Error) -> Bool
}

extension Target {
  /// Between one and eight changes, few more often than many.
  static func changes(_ dice: inout Dice) -> Int { 1 + min(dice.pick(4), dice.pick(9)) }

  /// A checkpoint, of which all that can be told is asked for.
  /// - Parameter earlier: what it is compared with.
  static func checkpoint(
    _ name: String, earlier: String? = nil, _ make: @escaping (inout Dice) -> [UInt8]
  ) -> Target {
    Target(
      name: name, make: make,
      read: {
        _ = try Inspection($0, other: earlier, takesStatistics: true, skipsUnknown: true)
      },
      stopsAtContainer: stopsBefore)
  }

  /// Whether the directory of a zip, or the JSON of a header, was not got through.
  private static func stopsBefore(_ error: any Error) -> Bool {
    if let error = error as? SafetensorsError {
      switch error {
      case .tooShort, .headerLength, .headerStart, .header: return true
      default: return false
      }
    }
    return error is ZipError || error is UnreadFileError || error is FileError
  }

  /// Pickles in a zip: mutations are made of whole operations, and the zip around them is right.
  static func pickle(_ name: String, _ files: [[UInt8]], earlier: String? = nil) -> Target {
    let archives = files.map(Zip.entries).filter { !$0.isEmpty }
    return checkpoint(name, earlier: earlier) { dice in
      var entries = dice.pick(archives)
      for index in entries.indices
      where entries[index].name.suffix(9).elementsEqual("/data.pkl".utf8) {
        var operations = PickleMutation.operations(entries[index].content)
        for _ in 0..<changes(&dice) { PickleMutation.mutate(&operations, &dice) }
        entries[index].content = Array(operations.joined())
      }
      if dice.once(in: 20) { entries.remove(at: dice.pick(entries.count)) }
      return Zip.file(entries)
    }
  }

  /// The container itself: directory, end records, local headers.
  static func bytes(_ name: String, _ files: [[UInt8]]) -> Target {
    checkpoint(name) { dice in
      var bytes = dice.pick(files)
      for _ in 0..<changes(&dice) { Bytes.mutate(&bytes, &dice) }
      return bytes
    }
  }

  /// Headers of safetensors that are JSON and have the length that stands before them.
  static func safetensors(_ files: [[UInt8]]) -> Target {
    let parts = files.compactMap { file -> (header: JSON, rest: [UInt8])? in
      let length = Bytes.number(file[0..<8])
      guard let header = try? JSON.parse(Array(file[8..<8 + length]), source: "seed") else {
        return nil
      }
      return (header, Array(file[(8 + length)...]))
    }
    return checkpoint("safetensors_header") { dice in
      let (seed, rest) = dice.pick(parts)
      var header = seed
      for _ in 0..<changes(&dice) { header = JSONMutation.mutate(header, &dice) }
      let text = Array(header.compact.utf8)
      return Bytes.little(text.count, 8) + text + rest
    }
  }

  /// The pickles that stand in front of the numbers of the older form.
  static func legacyPickles(_ files: [[UInt8]]) -> Target {
    let parts = files.map { file in
      let operations = PickleMutation.operations(file, pickles: 5)
      return (operations: operations, rest: Array(file[operations.joined().count...]))
    }
    return checkpoint("legacy_pickles") { dice in
      var (operations, rest) = dice.pick(parts)
      for _ in 0..<changes(&dice) { PickleMutation.mutate(&operations, &dice) }
      return operations.joined() + rest
    }
  }

  /// Headers of NumPy's arrays with the right length in front.
  static func arrayHeader(_ files: [[UInt8]]) -> Target {
    checkpoint("npy_header") { dice in
      let file = dice.pick(files)
      return ArrayMutation.mutate(file, &dice)
    }
  }

  /// Arrays in a zip that is right.
  static func archive(_ files: [[UInt8]]) -> Target {
    let archives = files.map(Zip.entries)
    return checkpoint("npz_entries") { dice in
      var entries = dice.pick(archives)
      for _ in 0..<changes(&dice) {
        let place = dice.pick(entries.count)
        entries[place].content = ArrayMutation.mutate(entries[place].content, &dice)
      }
      if dice.once(in: 20) { entries.append(dice.pick(entries)) }
      return Zip.file(entries)
    }
  }
}
