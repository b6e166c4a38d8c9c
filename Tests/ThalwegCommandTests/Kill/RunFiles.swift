import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A run folder seen from outside: whether it is whole, and whether another one is the same.
struct RunFiles {
  let path: String

  subscript(_ name: String) -> String { path + "/" + name }

  var exists: Bool { Files.exists(path) }

  /// What is wrong with a folder that a killed run left; nothing, if all is well.
  func damage() throws -> [String] {
    var found: [String] = []
    for name in ["run.json", "config.yaml"] where !Files.exists(self[name]) {
      found.append("\(name) is missing")
    }
    for name in ["last", "best"] where Files.target(ofLink: self["checkpoints/\(name)"]) != nil {
      found += try damage(ofCheckpoint: name)
    }
    if found.isEmpty, let best = try bestStep() {
      let step =
        Files.exists(self["checkpoints/best"])
        ? try json("checkpoints/best/state.json")["step"]?.int : nil
      // It may be ahead of `last`: the epoch is then trained again, and comes out the same.
      if step ?? -1 < best { found.append("best is of step \(step ?? -1), not \(best)") }
    }
    return found
  }

  private func damage(ofCheckpoint name: String) throws -> [String] {
    let folder = self["checkpoints/\(name)"]
    if !Files.exists(folder) { return ["\(name) leads nowhere"] }
    do {
      let state = try json("checkpoints/\(name)/state.json")
      let model = try Safetensors.read(folder + "/model.safetensors").entries
      let moments = try Safetensors.read(folder + "/optimizer.safetensors").entries
      var found: [String] = []
      if model.isEmpty || moments.count != 2 * model.count {
        found.append("\(name) has \(model.count) tensors and \(moments.count) moments")
      }
      for (file, key) in [("metrics", "metrics_bytes"), ("timing", "timing_bytes")] {
        let length = try Files.read(self[file + ".jsonl"]).count
        let wanted = state[key]?.int ?? .max
        if length < wanted { found.append("\(file).jsonl has \(length) of \(wanted) bytes") }
      }
      return found
    } catch {
      return ["\(name): \(error)"]
    }
  }

  /// The step of the best epoch before the last checkpoint, by the records.
  private func bestStep() throws -> Int? {
    guard let saved = try savedStep() else { return nil }
    return try lines("metrics.jsonl", length: json("checkpoints/last/state.json")["metrics_bytes"])
      .last { $0["is_best"]?.bool == true && $0["step"]?.int ?? .max <= saved }?["step"]?.int
  }

  /// The step of the checkpoint that `last` names; nil before the first one.
  func savedStep() throws -> Int? {
    if !Files.exists(self["checkpoints/last"]) { return nil }
    return try json("checkpoints/last/state.json")["step"]?.int
  }

  /// The step in the name that `last` holds, without a look at what lies there.
  var lastStep: Int? {
    Files.target(ofLink: self["checkpoints/last"])?.split(separator: "-").dropFirst().first
      .flatMap { Int($0) }
  }

  /// Numbers of the records of one kind, in the order of metrics.jsonl.
  func numbers(_ kind: String) throws -> [Int] {
    try lines("metrics.jsonl").compactMap { $0["kind"]?.string == kind ? $0[kind]?.int : nil }
  }

  /// A number of each step's record.
  func numbersOfSteps(_ name: String) throws -> [Double] {
    try lines("metrics.jsonl").compactMap {
      $0["kind"]?.string == "step" ? $0[name]?.double : nil
    }
  }

  /// In what another folder differs from this one, clocks left aside.
  func differences(from other: RunFiles) throws -> [String] {
    var found: [String] = []
    var names = ["config.yaml", "run.json", "metrics.jsonl"]
    for checkpoint in ["last", "best"] {
      for file in ["model.safetensors", "optimizer.safetensors", "state.json"] {
        names.append("checkpoints/\(checkpoint)/\(file)")
      }
    }
    for name in names where try content(name) != other.content(name) { found.append(name) }
    for name in ["training_log.json", "training_summary.json"] {
      if RunFiles.timeless(try json(name)) != RunFiles.timeless(try other.json(name)) {
        found.append(name)
      }
    }
    if try clockedSteps() != other.clockedSteps() { found.append("timing.jsonl") }
    for folder in ["", "/checkpoints"] {
      // The folder of a checkpoint may have another name; what it holds is compared above.
      let (mine, others) = try (plainNames(folder), other.plainNames(folder))
      if mine != others { found.append("names in .\(folder): \(mine), \(others)") }
    }
    return found
  }

  private func plainNames(_ folder: String) throws -> [String] {
    try Files.list(path + folder).filter { !$0.hasPrefix("step-") }
  }

  /// The bytes of a file, apart from the lengths that hold a clock's digits.
  private func content(_ name: String) throws -> [UInt8] {
    let bytes = try Files.read(self[name])
    if !name.hasSuffix("state.json") { return bytes }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    return Array(
      lines.filter { !String(decoding: $0, as: UTF8.self).contains("\"timing_bytes\"") }
        .joined(separator: [UInt8(ascii: "\n")]))
  }

  /// The steps at which time was written down; a start that was killed begins anew at 0.
  private func clockedSteps() throws -> [Int?] {
    var steps: [Int?] = []
    for line in try lines("timing.jsonl") where steps.last != line["step"]?.int {
      steps.append(line["step"]?.int)
    }
    return steps
  }

  private func lines(_ name: String, length: JSON? = nil) throws -> [JSON] {
    try Files.read(self[name]).prefix(length?.int ?? .max).split(separator: UInt8(ascii: "\n"))
      .map { try JSON.parse(Array($0), source: name) }
  }

  func json(_ name: String) throws -> JSON {
    try JSON.parse(try Files.read(self[name]), source: self[name])
  }

  private static func timeless(_ json: JSON) -> JSON {
    switch json {
    case .array(let values): .array(values.map(timeless))
    case .object(let members):
      .object(
        members.filter { !["total_time", "epoch_time"].contains($0.name) }
          .map { JSON.Member($0.name, timeless($0.value)) })
    default: json
    }
  }
}
