import Testing
import ThalwegFormats

extension CommandTests {
  /// `thalweg recorder`: what it prints is the file that `make test-recorder` tries.
  @Suite struct RecorderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var source: String {
      let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
      return "/" + root + "/Recorders/thalweg_recorder.py"
    }

    @Test func thePrintedFileIsTheTestedOne() throws {
      let run = try folder.run(["recorder", "pytorch"])
      #expect(run.end == .exit(0), "\(run.error)")
      #expect(run.error.isEmpty)
      let bytes = try Files.read(source)
      #expect(bytes.count > 10_000)
      #expect(Array(run.output.utf8) == bytes)
    }

    @Test func otherFrameworksAreRefused() throws {
      expectRefusal(
        try folder.run(["recorder", "jax"]), "'recorder' does not know 'jax'; it knows: pytorch")
      expectRefusal(try folder.run(["recorder", "pytroch"]), "did you mean 'pytorch'?")
      expectRefusal(try folder.run(["recorder"]), "'recorder' needs one of: pytorch")
      expectRefusal(
        try folder.run(["recorder", "pytorch", "--json"]), "unknown option '--json' of 'recorder'")
    }

    @Test func helpSaysHowToCallIt() throws {
      let run = try folder.run(["help", "recorder"])
      #expect(run.end == .exit(0))
      #expect(run.output.hasPrefix("thalweg recorder FRAMEWORK > thalweg_recorder.py\n"))
      #expect(run.output.contains("knows: pytorch"))
    }
  }
}
