import Testing
import ThalwegFormats

extension CommandTests {
  /// The examples do what the documents say that they do.
  @Suite struct ExampleTests {
    /// Words to the letter; numbers to rounding, which differs between kernel levels.
    @Test func firstStepsPrintsWhatTheReadmeShows() throws {
      let run = try CommandProcess([], of: "FirstSteps", in: "/").wait()
      #expect(run.end == .exit(0), "\(run.error)")
      let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
      let kept = String(
        decoding: try Files.read("/\(root)/Docs/results/first-steps.txt"), as: UTF8.self)
      let (found, expected) = (words(run.output), words(kept))
      #expect(found.count == expected.count, "\(run.output)")
      for (word, wanted) in zip(found, expected) {
        if let number = Double(word), let target = Double(wanted) {
          #expect(abs(number - target) <= 0.01 * abs(target), "\(word) for \(wanted)")
        } else {
          #expect(word == wanted)
        }
      }
    }

    private func words(_ text: String) -> [String] {
      text.split { $0.isWhitespace || $0 == "," }.map(String.init)
    }
  }
}
