import ThalwegDiagnosis
import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Target {
  /// A file that describes a run, of which the kind is told by its content.
  /// - Parameter neighbours: other files of the same run, which stay as they are.
  private static func run(
    _ name: String, neighbours: [String] = [], isGrowing: Bool = false,
    _ make: @escaping (inout Dice) -> [UInt8]
  ) -> Target {
    Target(
      name: name, make: make,
      read: { path in
        let watch = try isGrowing ? grown(path) : watch([path] + neighbours)
        _ = try watch.advance(isFinal: true)
        try watch.check()
        // What was read must not break the rules either.
        for record in watch.records { _ = Diagnosis(record) }
      },
      stopsAtContainer: { error in
        if case .unknownKind = error as? RunFileError { return true }
        return error is FileError
      })
  }

  private static func watch(_ paths: [String]) throws -> RunWatch {
    try RunWatch(paths)
  }

  /// Looks at a third of the file, then at two, before all of it is there.
  private static func grown(_ path: String) throws -> RunWatch {
    let bytes = try Files.read(path)
    let growing = path + ".growing"
    guard let file = fopen(growing, "w") else {
      throw FileError.cannotWrite(path: growing, reason: "it cannot be opened")
    }
    defer { fclose(file) }
    var watch: RunWatch?
    for part in 0..<3 {
      let piece = bytes[bytes.count * part / 3..<bytes.count * (part + 1) / 3]
      _ = piece.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
      fflush(file)
      if watch == nil { watch = try self.watch([growing]) }
      if part < 2 { _ = try watch?.advance(isFinal: false) }
    }
    return try watch ?? self.watch([growing])
  }

  /// Lines, cells and words changed.
  static func text(
    _ name: String, _ files: [[UInt8]], neighbours: [String] = [], isGrowing: Bool = false
  ) -> Target {
    run(name, neighbours: neighbours, isGrowing: isGrowing) { dice in
      var bytes = dice.pick(files)
      for _ in 0..<changes(&dice) { TextMutation.mutate(&bytes, &dice) }
      return bytes
    }
  }

  /// One JSON document changed inside, so that it stays JSON.
  static func document(_ name: String, _ files: [[UInt8]]) -> Target {
    let seeds = files.compactMap { try? JSON.parse($0, source: "seed", takesNonFinite: true) }
    return run(name) { dice in
      var value = dice.pick(seeds)
      for _ in 0..<changes(&dice) { value = JSONMutation.mutate(value, &dice) }
      return Array(value.compact.utf8)
    }
  }

  /// One JSON object a line, some of them changed inside.
  static func objects(_ name: String, _ files: [[UInt8]]) -> Target {
    let seeds = files.map { file in
      file.split(separator: 10).compactMap {
        try? JSON.parse(Array($0), source: "seed", takesNonFinite: true)
      }
    }
    return run(name) { dice in
      var values = dice.pick(seeds)
      for _ in 0..<changes(&dice) {
        let place = dice.pick(values.count)
        switch dice.pick(6) {
        case 0: values.insert(values[place], at: dice.pick(values.count))
        case 1: values.swapAt(place, dice.pick(values.count))
        default: values[place] = JSONMutation.mutate(values[place], &dice)
        }
      }
      return Array(values.map(\.compact).joined(separator: "\n").utf8)
    }
  }

  /// Records of event files with right checksums, changed inside.
  static func events(_ files: [[UInt8]]) -> Target {
    let seeds = files.map(EventMutation.payloads)
    return run("tensorboard_payloads") { dice in
      var payloads = dice.pick(seeds)
      for _ in 0..<changes(&dice) { EventMutation.mutate(&payloads, &dice) }
      return EventMutation.file(payloads)
    }
  }
}
