import Testing
import ThalwegFormats

extension CommandTests {
  /// What the command says of files that real trainings left.
  @Suite(
    .enabled(
      if: RealData.isPresent("runs/celestial_training_diagnostic.log"), "real data is absent: runs/"
    ))
  struct RealDiagnoseTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let module = "encoder_module.spatiotemporal_encoder"
    private static let logs = [
      "hf_distilbert_lora_trainer_state.json", "hf_llm_finetune_trainer_state.json",
      "hf_smolvlm_trainer_state.json",
    ]

    private func diagnose(_ words: String...) throws -> JSON {
      let run = try folder.run(["diagnose"] + words + ["--json"])
      #expect(run.end == .exit(0), "\(run.error)")
      return try run.document()
    }

    private func findings(_ json: JSON, _ rule: String) throws -> [JSON] {
      try #require(json["runs"]?.array).flatMap { $0["findings"]?.array ?? [] }
        .filter { $0["rule"]?.string == rule }
    }

    private func text(_ name: String) throws -> String {
      String(decoding: try Files.read(RealData.path("runs/" + name)), as: UTF8.self)
    }

    @Test func aStarvedEncoderAfterItsFix() throws {
      let log = RealData.path("runs/celestial_training_diagnostic.log")
      let json = try diagnose(log, stated)
      let found = try findings(json, "zero_gradient").filter {
        $0["subjects"]?.array?.contains(.string(RealDiagnoseTests.module)) == true
      }
      #expect(found.count == 1)
      let finding = try #require(found.first)
      let sentence = try #require(finding["text"]?.string)
      #expect(sentence.contains("4 of 4 logged tensors"))
      #expect(sentence.contains("33 of 37 not recorded"))
      #expect(sentence.contains("norms did not change"))
      #expect(finding["unknown"]?.string?.contains("no path") == true)
      #expect(finding["evidence"]?.array?.count == 8)
    }

    /// The file in which the report's count of tensors stands.
    private var stated: String {
      let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
      return "/" + package + "/Configs/celestial/stated.yaml"
    }

    @Test func namesAndFiguresOfTheLogDecide() throws {
      let text = try text("celestial_training_diagnostic.log")
      let renamed = text.split(
        separator: "spatiotemporal_encoder", omittingEmptySubsequences: false
      )
      .joined(separator: "elsewhere")
      _ = try folder.write("renamed", renamed)
      let other = try findings(try diagnose(folder["renamed"]), "zero_gradient")
      #expect(
        other.contains {
          $0["subjects"]?.array?.contains(.string("encoder_module.elsewhere")) == true
        })
      #expect(!other.contains { "\($0)".contains("spatiotemporal") })

      var isInside = false
      let lively = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        if line.hasSuffix(":") && !line.hasPrefix(" ") {
          isInside = line.contains("spatiotemporal_encoder")
        }
        return isInside && line.hasPrefix("  grad_norm: ")
          ? "  grad_norm: 0.01250000" : String(line)
      }.joined(separator: "\n")
      _ = try folder.write("lively", lively)
      let healed = try findings(try diagnose(folder["lively"]), "zero_gradient")
      #expect(!healed.contains { "\($0)".contains("spatiotemporal") })
    }

    /// Sound trainings of other people: nothing of them may be called sick.
    @Test(arguments: logs) func healthyRunsStayQuiet(_ name: String) throws {
      let json = try diagnose(RealData.path("runs/" + name))
      let run = try #require(json["runs"]?.array?.first)
      #expect(run["sources"]?.array?.first?["kind"]?.string == "Hugging Face trainer state")
      let loud = try #require(run["findings"]?.array).filter {
        ["warning", "error", "critical"].contains($0["severity"]?.string)
          && $0["verdict"]?.string == "established"
      }
      #expect(loud.isEmpty, "\(loud.map { $0["text"]?.string ?? "" })")
    }

    @Test func aCausalModelThatIsAlwaysClipped() throws {
      let json = try diagnose(RealData.path("runs/rcgnn_training_normalized.log"))
      let finding = try #require(try findings(json, "clip_saturated").first)
      #expect(finding["verdict"]?.string == "established" || finding["verdict"]?.string == "likely")
      let loss = try #require(
        json["runs"]?.array?.first?["series"]?.array?.first { $0["role"]?.string == "loss" })
      #expect(loss["count"]?.int == 46)
      #expect(loss["first"]?["value"]?.double == 82.2241)
      #expect(loss["last"]?["value"]?.double == 0.0327)
    }

    @Test func aRunThatNeverBegan() throws {
      let json = try diagnose(RealData.path("runs/rcgnn_publication_training.log"))
      let finding = try #require(try findings(json, "exception").first)
      #expect(finding["text"]?.string?.contains("TriLatentEncoder.forward()") == true)
    }

    @Test func everyRealFileIsReadWithItsKind() throws {
      for (name, kind) in [
        ("celestial_production.yaml", "configuration"),
        ("prioritynet_before.yaml", "configuration"),
        ("prioritynet_after.yaml", "configuration"),
        ("celestial_training_diagnostic.log", "console log"),
        ("rcgnn_publication_training.log", "console log"),
        ("rcgnn_training_normalized.log", "console log"),
      ] {
        // The name must not help.
        _ = try folder.write("file", try text(name))
        let json = try diagnose(folder["file"])
        #expect(
          json["runs"]?.array?.first?["sources"]?.array?.first?["kind"]?.string == kind, "\(name)")
      }
    }
  }
}
