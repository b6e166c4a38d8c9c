import Testing
import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The kills as a table for the console and as a file that is kept.
struct KillReport {
  let harness: KillHarness
  let seed: UInt64

  var lines: [String] {
    let kills = harness.kills
    let identical = harness.runs.count { $0.differences.isEmpty && $0.stepsAreWhole }
    var lines = [
      "kills \(kills.count): \(kills.count { $0.aside != nil }) inside a save, "
        + "\(kills.count { !$0.hasFolder }) before the run folder existed, "
        + "\(kills.count { $0.hasFolder && $0.savedStep == nil }) before the first checkpoint",
      "runs \(harness.runs.count): \(identical) ended bit-identical to the undisturbed one",
      "  run  aim     seconds  goes on from step  in the folder written aside",
    ]
    for kill in kills {
      let step = kill.savedStep.map(String.init) ?? (kill.hasFolder ? "none saved" : "no folder")
      lines.append(
        "  " + Text.right(String(kill.run), 3) + "  " + Text.left(kill.aim.rawValue, 8)
          + Text.right(Text.fixed(kill.seconds, 3), 7) + "  " + Text.left(step, 19)
          + (kill.aside.map { $0.isEmpty ? "nothing yet" : $0.joined(separator: " ") } ?? "-"))
    }
    return lines
  }

  /// One object a line, in an array: JSON as a whole, and readable line by line.
  func write(to path: String) throws {
    let about = JSON.object([
      .init("commit", .string(KillReport.variable("THALWEG_COMMIT") ?? "unknown")),
      .init("cpu", .string(KillReport.cpu)),
      .init("seed", .integer(Int(seed))),
      .init("reference_seconds", .number(harness.referenceSeconds)),
      .init("steps", .integer(KillHarness.steps)),
    ])
    let values = [about] + harness.kills.map(\.json) + harness.runs.map(\.json)
    let text = "[\n" + values.map(\.compact).joined(separator: ",\n") + "\n]\n"
    try Files.writeDurably(path, Array(text.utf8))
  }

  static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private static var cpu: String {
    guard let bytes = try? Files.read("/proc/cpuinfo") else { return "unknown" }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":").last.map { $0.drop { $0 == " " } }
    return name.map(String.init) ?? "unknown"
  }
}
