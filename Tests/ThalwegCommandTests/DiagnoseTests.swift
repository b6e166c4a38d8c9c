import Testing
import ThalwegFormats

extension CommandTests {
  /// Files of other tools through the command, from their bytes to findings.
  @Suite struct DiagnoseTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A log of steps with a norm, and with what a threshold leaves of it.
    private static func log(norm: Double, threshold: Double) -> String {
      "max_grad_norm: \(threshold)\n"
        + (1...200).map { step in
          let noise = Double(step * 7919 % 101) / 1000
          return
            "step \(step) loss=\(2 / (1 + Double(step) / 20) + noise) grad_norm=\(norm + noise)"
            + " norm_after_clip=\(min(norm + noise, threshold))\n"
        }.joined()
    }

    private func findings(_ json: JSON) throws -> [JSON] {
      try #require(json["runs"]?.array).flatMap { $0["findings"]?.array ?? [] }
    }

    private func rules(_ json: JSON) throws -> Set<String> {
      Set(try findings(json).compactMap { $0["rule"]?.string })
    }

    @Test func aSickLogAndAHealthyOne() throws {
      _ = try folder.write("sick", DiagnoseTests.log(norm: 29, threshold: 1))
      _ = try folder.write("well", DiagnoseTests.log(norm: 0.5, threshold: 1))
      let sick = try folder.run(["diagnose", "sick", "--json"]).document()
      #expect(try rules(sick).isSuperset(of: ["norm_before_clip", "clip_saturated"]))
      let well = try folder.run(["diagnose", "well", "--json"]).document()
      #expect(try rules(well).isDisjoint(with: ["norm_before_clip", "clip_saturated"]))
      let lines = try folder.run(["diagnose", "sick"]).output.split(separator: "\n")
      #expect(lines.first == "sick: console log, 201 of 201 lines understood (100.0 %)")
      #expect(lines.contains { $0.hasPrefix("error clip_saturated, established: ") })
    }

    @Test func findingsEndTheCommandOnlyWhereAsked() throws {
      _ = try folder.write("sick", DiagnoseTests.log(norm: 29, threshold: 1))
      _ = try folder.write("well", DiagnoseTests.log(norm: 0.5, threshold: 1))
      func end(_ words: String...) throws -> CommandRun.End {
        try folder.run(["diagnose"] + words).end
      }
      #expect(try end("sick") == .exit(0))
      #expect(try end("sick", "--fail-on", "error") == .exit(4))
      #expect(try end("sick", "--fail-on", "critical") == .exit(0))
      #expect(try end("well", "--fail-on", "warning") == .exit(0))
    }

    @Test func severalFilesAreOneRun() throws {
      let lines = DiagnoseTests.log(norm: 29, threshold: 1).split(separator: "\n")
      _ = try folder.write("steps", lines.dropFirst().joined(separator: "\n"))
      _ = try folder.write("chosen", "optimizer:\n  max_grad_norm: 1.0\n")
      let alone = try folder.run(["diagnose", "steps", "--json"]).document()
      #expect(try !rules(alone).contains("norm_before_clip"))
      let both = try folder.run(["diagnose", "steps", "--config", "chosen", "--json"]).document()
      #expect(try rules(both).contains("norm_before_clip"))
      #expect(both["runs"]?.array?.count == 1)
      let setting = both["runs"]?.array?.first?["settings"]?.array?.first
      #expect(setting?["name"]?.string == "optimizer.max_grad_norm")
      #expect(setting?["value"]?.double == 1)
      #expect(setting?["place"]?.string == "chosen:2")
      let again = try folder.run(["diagnose", "chosen", "steps", "--json"]).document()
      #expect(try rules(again).contains("norm_before_clip"))
    }

    @Test func aNameIsTakenAsAnother() throws {
      let text = "a,b\n" + (1...50).map { "\($0),\($0 < 30 ? "1" : "nan")\n" }.joined()
      _ = try folder.write("table", text)
      let plain = try folder.run(["diagnose", "table", "--json"]).document()
      #expect(try !findings(plain).contains { $0["severity"]?.string == "critical" })
      let mapped = try folder.run(
        ["diagnose", "table", "--map", "loss=b", "--map", "step=a", "--json"]
      ).document()
      #expect(try rules(mapped).contains("non_finite"))
    }

    @Test func whatCannotBeReadIsRefusedInOneLine() throws {
      _ = try folder.write("empty", "")
      _ = try folder.write("state", "{\"log_history\": [{\"loss\": 1, \"step\": ")
      expectRefusal(try folder.run(["diagnose"]), "needs a file")
      expectRefusal(try folder.run(["diagnose", "empty"]), "empty: the file is empty")
      expectRefusal(try folder.run(["diagnose", "absent"]), "absent: no such file or folder")
      expectRefusal(try folder.run(["diagnose", "state"]), "state")
      expectRefusal(
        try folder.run(["diagnose", "state", "--follow", "--json"]), "exclude each other")
      _ = try folder.write("log", "step 1 loss=2\nstep 2 loss=1\n")
      expectRefusal(try folder.run(["diagnose", "log", "--map", "loss"]), "--map loss")
      expectRefusal(
        try folder.run(["diagnose", "log", "--map", "loss=los"]),
        "--map loss=los: no file has what stands behind '='; did you mean 'loss'?")
      expectRefusal(try folder.run(["diagnose", "log", "--terms", "log"]), "log: ")
      _ = try folder.write("letter", "Dear reader,\nnothing here was measured.\n")
      expectRefusal(try folder.run(["diagnose", "letter"]), "letter: none of its 2 lines yields")
      expectRefusal(try folder.run(["diagnose", "log", "--fail-on", "bad"]), "--fail-on")
    }
  }
}
