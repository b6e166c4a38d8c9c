import Testing
import ThalwegFormats

extension CommandTests {
  @Suite struct OutputTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func helpNamesEveryVerbAndOption() throws {
      let overview = try folder.run(["help"])
      #expect(overview.end == .exit(0))
      #expect(overview.error.isEmpty)
      #expect(try folder.run(["--help"]).output == overview.output)
      #expect(try folder.run([]).end == .exit(2))
      let verbs = ["train", "audit", "inspect", "bench", "help"]
      for verb in verbs {
        #expect(overview.output.contains("\n  \(verb) "))
        let help = try folder.run(["help", verb])
        #expect(help.end == .exit(0))
        #expect(help.output.hasPrefix("thalweg \(verb)"))
        #expect(try folder.run([verb, "--help"]).output == help.output)
      }
      let train = try folder.run(["help", "train"]).output
      for option in [
        "--preset NAME", "--config FILE", "--set KEY=VALUE", "--data PATH", "--true-graph FILE",
        "--epochs N", "--seed N", "--out DIR", "--resume RUN", "--json", "--kernels LEVEL",
        "--threads N", "--print-config",
      ] {
        #expect(train.contains("\n  \(option) "), "\(option)")
      }
      #expect(try folder.run(["help", "audit"]).output.contains("\n  --fail-on SEVERITY "))
    }

    @Test func version() throws {
      let run = try folder.run(["--version"])
      #expect(run.end == .exit(0))
      let parts = run.output.split(whereSeparator: \.isWhitespace)
      #expect(parts.count == 2 && parts.first == "thalweg")
      #expect(parts.last?.split(separator: ".").count == 3)
    }

    @Test(arguments: ["default", "published-stable", "published-exploding"])
    func thePrintedConfigurationReadsBackToItself(preset: String) throws {
      let words = [
        "train", "rc-gnn", "--preset", preset, "--print-config", "--set",
        "optimizer.learning_rate=0.125", "--data", "a 'quoted' name.csv",
      ]
      let first = try folder.run(words)
      #expect(first.end == .exit(0))
      #expect(first.output.contains("learning_rate: 0.125"))
      _ = try folder.write("printed.yaml", first.output)
      // Over another preset: nothing may be left to that one.
      for other in ["default", "published-exploding"] {
        let again = try folder.run(
          ["train", "rc-gnn", "--preset", other, "--config", "printed.yaml", "--print-config"])
        #expect(again.end == .exit(0), "\(again.error)")
        #expect(again.output == first.output)
      }
      #expect(try folder.names() == ["printed.yaml"])
    }

    @Test func jsonIsAllThatStandsOnStandardOutput() throws {
      let train = try folder.run(SmallRun.words(out: "run", "--json"))
      #expect(train.end == .exit(0))
      let document = try train.document()
      #expect(document["end"] == .string("finished"))
      #expect(document["run"] == .string("run"))
      let summary = try RunFiles(path: folder["run"]).json("training_summary.json")
      #expect(document["summary"] == summary)
      #expect(document["metrics"]?["val_f1"]?.double == summary["best_f1"]?.double)
      #expect(document["edges"]?.array?.count == summary["final_edge_count"]?.int)

      #expect(try folder.run(["audit", "rc-gnn", "--json"]).document()["format"]?.int == 1)
      for subject in ["mlp", "--machine"] {
        let bench = try folder.run(["bench", subject, "--steps", "2", "--json"])
        #expect(try bench.document()["threads"]?.int ?? 0 >= 1)
      }
    }

    /// The same words as on the screen stand in the files.
    @Test func whatIsShownIsWhatWasRecorded() throws {
      let run = try folder.run(SmallRun.words(epochs: 3, out: "run"))
      let log = try RunFiles(path: folder["run"]).json("training_log.json")
      let epochs = try #require(log["epochs"]?.array)
      #expect(epochs.count == 3)
      let lines = run.output.split(separator: "\n").filter { $0.hasPrefix("Epoch ") }
      #expect(lines.count == 3)
      for (line, epoch) in zip(lines, epochs) {
        let loss = Text.fixed(epoch["train_loss"]?.double, 4, width: 8)
        #expect(line.contains("Loss: \(loss) |"))
        #expect(line.contains("Val F1: \(Text.fixed(epoch["val_f1"]?.double, 4)) |"))
      }
    }

    @Test func withoutATerminalThereIsNoBar() throws {
      let run = try folder.run(SmallRun.words(epochs: 40, out: "run"))
      #expect(run.errorLines == ["run folder: run"])
      #expect(!(run.output + run.error).contains("\u{1B}"))
      #expect(!(run.output + run.error).contains("\r"))
    }
  }
}
