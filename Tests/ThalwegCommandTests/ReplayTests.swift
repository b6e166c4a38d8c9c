import Testing
import ThalwegFormats

extension CommandTests {
  /// The high-gradient case as it ships, and on edited copies.
  @Suite struct ReplayTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func replay(_ words: String...) throws -> JSON {
      let run = try folder.run(["replay", "high-gradient", "--json"] + words)
      #expect(run.end == .exit(0), "\(run.error)")
      return try run.document()
    }

    private func claim(_ id: String, _ document: JSON) throws -> JSON {
      try #require(document["claims"]?.array?.first { $0["id"]?.string == id }, "\(id)")
    }

    private func besides(_ rule: String, _ document: JSON) throws -> JSON {
      try #require(
        document["found_besides"]?.array?.first { $0["rule"]?.string == rule }, "\(rule)")
    }

    @Test func eachStatementHasItsVerdictAndItsPlace() throws {
      let document = try replay("--out", "run")
      let claims = try #require(document["claims"]?.array)
      #expect(claims.count == 26)
      for claim in claims {
        let isOpen = claim["verdict"]?.string == "cannot_tell"
        let name = claim["id"]?.string ?? ""
        #expect(claim["missing"]?.isNull == !isOpen || claim["rule"]?.isNull == false, "\(name)")
        for place in claim["evidence"]?.array?.compactMap(\.string) ?? [] {
          let parts = place.split(separator: ":")
          let text = String(decoding: try Files.read(folder["run/\(parts[0])"]), as: UTF8.self)
          let line = try #require(Int(parts[1]))
          #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count >= line)
        }
      }
      #expect(document["parameters"]?.int == 6_560_217)
      #expect(
        document["counts"]
          == .object([
            .init("holds", .integer(5)), .init("does_not_hold", .integer(18)),
            .init("cannot_tell", .integer(3)),
          ]))
      #expect(
        try besides("early_stop", document)["figures"]?.array?.first {
          $0["name"]?.string == "epochs_without_improvement"
        }?["value"]?.double == 71)
      let spread = try besides("ratio_penalty", document)["text"]?.string
      #expect(spread?.contains("16.97 / target range") == true)
      let ruledOut = try claim("C6", document)["text"]?.string
      #expect(ruledOut?.contains("n x 513, 129, 65 and 33") == true)
      for id in ["C6", "C7", "F6", "V3"] {
        #expect(try claim(id, document)["absent"] == .bool(true), "\(id)")
      }
      let kept = try JSON.parse(Files.read(folder["run/replay.json"]), source: "replay.json")
      #expect(kept == document)
    }

    /// clip 4, patience 3, warm-up 3: 0.1384, 43 epochs, 5.39e-5.
    @Test func editedValuesGiveEditedFigures() throws {
      let document = try replay(
        "--set", "gradient_clip_norm=4", "--set", "priority_net.scheduler_patience=3", "--set",
        "warmup_epochs=3")
      let coefficient = try claim("C1", document)["beside"]?["coefficient"]?.double ?? 0
      #expect(abs(coefficient - 0.1384) < 5e-5)
      let rate = try claim("C4", document)["measured"]?.double ?? 0
      #expect(abs(rate - 5.39e-5) < 5e-8)
      #expect(
        try besides("early_stop", document)["figures"]?.array?.first {
          $0["name"]?.string == "epochs_without_improvement"
        }?["value"]?.double == 43)
      #expect(document["edits"]?.array?.count == 3)
      #expect(document["folder"]?.string == "runs/replay-high-gradient-1")
    }

    @Test func statedValuesCanBeSetToo() throws {
      let document = try replay(
        "--set", "use_transformer_encoder=false", "--set", "gradient_norm=150", "--set",
        "uncertainty_weight=0.35")
      #expect(try claim("C1", document)["verdict"]?.string == "holds")
      #expect(try claim("C6", document)["verdict"]?.string == "does_not_hold")
      #expect(try claim("C6", document)["measured"]?.double == 33)
      #expect(try claim("C7", document)["verdict"]?.string == "cannot_tell")
      #expect(try claim("F7", document)["verdict"]?.string == "holds")
      #expect(document["parameters"]?.int == 3_046_137)
    }

    @Test func copiesInAFolderTakeTheirPlace() throws {
      _ = try replay("--out", "first")
      let text = String(decoding: try Files.read(folder["first/stated.yaml"]), as: UTF8.self)
      try Files.makeDirectory(folder["own"])
      _ = try folder.write("own/stated.yaml", text.replacing("value: 10.0", with: "value: 20.0"))
      let document = try replay("--data", "own", "--out", "second")
      #expect(try claim("L2", document)["measured"]?.double == 10)
      #expect(try claim("L2", document)["verdict"]?.string == "holds")
      #expect(document["edits"]?.array?.compactMap(\.string) == ["own/stated.yaml"])
      // The others are as they ship.
      let ours = try Files.read(folder["first/claims.yaml"])
      #expect(try Files.read(folder["second/claims.yaml"]) == ours)
    }

    @Test func linesSayWhatTheDocumentSays() throws {
      let run = try folder.run(["replay", "high-gradient", "--out", "a"])
      #expect(run.end == .exit(0), "\(run.error)")
      let lines = run.output.split(separator: "\n")
      #expect(lines.first?.hasPrefix("high-gradient: PriorityNet, 6560217 parameters") == true)
      #expect(lines.count { $0.hasSuffix(" there is none") } == 3)
      #expect(lines.last == "26 claims: holds 5, does_not_hold 18, cannot_tell 3")
      let document = try JSON.parse(Files.read(folder["a/replay.json"]), source: "replay.json")
      for claim in try #require(document["claims"]?.array) {
        let (id, verdict) = (claim["id"]?.string ?? "", claim["verdict"]?.string ?? "")
        #expect(lines.contains { $0.hasPrefix(id + " ") && $0.contains(" \(verdict) ") }, "\(id)")
      }
    }

    @Test func whatCannotBeDoneIsRefused() throws {
      func refuse(_ words: String..., text: String) throws {
        expectRefusal(try folder.run(["replay"] + words), text)
      }
      try refuse(text: "'replay' needs one of: high-gradient")
      try refuse("high-gradients", text: "did you mean 'high-gradient'?")
      try refuse("high-gradient", "--set", "clip=3", text: "neither diagnosed.yaml nor stated.yaml")
      try refuse(
        "high-gradient", "--set", "warmup_epoch=3", text: "did you mean 'warmup_epochs'?")
      try refuse("high-gradient", "--set", "warmup_epochs", text: "write key=value")
      try refuse("high-gradient", "--set", "warmup_epochs=[1", text: "diagnosed.yaml")
      try refuse("high-gradient", "--set", "warmup_epochs={a: 1}", text: "write key=value")
      try refuse("high-gradient", "--data", "nowhere", text: "nowhere: no such file or folder")
      try refuse("high-gradient", "--data", ".", text: "holds none of before.yaml")
      _ = try folder.write("claims.yaml", "claims:\n  - {id: X, says: y}\n")
      try refuse("high-gradient", "--data", ".", "--out", "b", text: "claim 'X': lacks 'rule'")
      try refuse("high-gradient", "--out", ".", text: "the folder is not empty")
    }
  }
}
