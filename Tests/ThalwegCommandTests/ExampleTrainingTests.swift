import Testing
import ThalwegFormats

extension CommandTests {
  /// The trainings of Examples/ reach what they state, and go as PyTorch goes from the same weights on
  /// the same batches (Scripts/golden/examples.py).
  @Suite struct ExampleTrainingTests {
    struct Example: Sendable, CustomTestStringConvertible {
      let name: String
      /// What stands before the figure in the last line.
      let words: String
      let isReached: @Sendable (Double) -> Bool

      var testDescription: String { name }
    }

    static let examples = [
      Example(name: "Digits", words: "accuracy") { $0 >= 0.96 },
      Example(name: "Waveforms", words: "accuracy") { $0 >= 0.98 },
      // Always saying 1 has an error of 1/6.
      Example(name: "AddingProblem", words: "squared error") { $0 <= 0.01 },
      // Guesses from the character before need 3.88.
      Example(name: "Characters", words: "bits a character") { $0 <= 3.3 },
    ]

    @Test(arguments: examples)
    func `reaches its metric`(_ example: Example) throws {
      let run = try CommandProcess([], of: example.name, in: "/").wait()
      #expect(run.end == .exit(0), "\(run.error)")
      let line = try #require(run.output.split(separator: "\n").last)
      #expect(line.hasPrefix(example.words + " "), "\(line)")
      let rest = line.dropFirst(example.words.count + 1)
      let figure = try #require(Double(rest.prefix { $0 != " " }))
      #expect(example.isReached(figure), "\(line)")
    }

    @Test(arguments: examples)
    func `goes as PyTorch goes`(_ example: Example) throws {
      let folder = try TemporaryFolder()
      let steps = 101
      let run = try CommandProcess(
        ["--steps", "\(steps)", "--twin", folder.path], of: example.name, in: "/"
      ).wait()
      #expect(run.end == .exit(0), "\(run.error)")
      let ours = try losses(JSON.parse(Files.read(folder["losses.json"]), source: "losses.json"))
      let here = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
      let path = here + "/Fixtures/examples.json"
      let kept = try JSON.parse(Files.read(path), source: path)
      let twin = try #require(
        kept["cases"]?.array?.first { $0["name"]?.string == example.name })
      let theirs = try losses(twin)
      #expect(ours.count == steps && theirs.count == steps)
      // Before the first step, after it, and after 100.
      for (step, tolerance) in [(0, 1e-5), (1, 1e-5), (100, 1e-3)] {
        let far = abs(ours[step] - theirs[step]) / abs(theirs[step])
        #expect(far <= tolerance, "after \(step) steps off by \(far)")
      }
      // Learning has moved the loss by far more than the tolerance.
      #expect(abs(ours[100] - ours[0]) > 0.1 * ours[0])
    }

    private func losses(_ json: JSON) throws -> [Double] {
      try #require(json["losses"]?.array).map { try #require($0.double) }
    }

    @Test func `arguments that are wrong are named`() throws {
      for (words, text) in [
        (["--stepps", "3"], "unknown argument '--stepps'; known: --steps N, --twin FOLDER"),
        (["--steps", "none"], "--steps: 'none' is not a positive whole number"),
        (["--twin"], "--twin: a value must follow"),
      ] {
        let run = try CommandProcess(words, of: "Digits", in: "/").wait()
        #expect(run.end != .exit(0))
        #expect(run.error.contains(text), "\(run.error)")
      }
    }
  }
}
