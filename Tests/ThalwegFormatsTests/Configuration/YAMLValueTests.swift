import Testing
import ThalwegFormats
import ThalwegRecord

/// Values against those of PyYAML.
@Suite struct YAMLValueTests {
  @Test func scalarsAreWhatPyYAMLMakesOfThem() throws {
    let entries = try Golden.entries("scalars", of: "yaml_values.json")
    #expect(entries.count > 400)
    for entry in entries {
      let text = try #require(entry["text"]?.string)
      let expected = try #require(entry["is"]?.members?.first)
      let value = try #require(try ReadConfiguration("k: \(text)\n")["k"]).value
      switch (expected.name, value) {
      case ("null", .null): break
      case ("bool", .bool(let flag)): #expect(expected.value.bool == flag, "\(text)")
      case ("text", .text(let same)): #expect(same == text)
      case ("number", .number(let number)):
        let theirs = try #require(expected.value.double)
        let isNear = abs(number - theirs) <= 1e-15 * abs(theirs)
        #expect(number == theirs || (number.isNaN && theirs.isNaN) || isNear, "\(text)")
      default: Issue.record("\(text) is \(value), to PyYAML a \(expected.name)")
      }
    }
  }

  @Test func documentsAreWhatPyYAMLMakesOfThem() throws {
    for entry in try Golden.entries("documents", of: "yaml_values.json") {
      let text = try #require(entry["text"]?.string)
      let theirs = try #require(entry["leaves"]?.array).compactMap(\.string)
      #expect(try ReadConfiguration(text).leaves == theirs, "\(entry["name"]?.string ?? "")")
    }
  }

  @Test(
    .enabled(
      if: RealData.isPresent("runs/celestial_production.yaml"),
      "needs the real files, see the README of the data folder"))
  func realFilesAreWhatPyYAMLMakesOfThem() throws {
    let entries = try Golden.entries("real", of: "yaml_values.json")
    #expect(entries.count == 3)
    for entry in entries {
      let name = try #require(entry["file"]?.string)
      let read = try ReadConfiguration(Files.read(RealData.path("runs/" + name)), path: name)
      #expect(read.leaves.count == entry["settings"]?.int, "\(name)")
      #expect(sum(read.leaves) == entry["sum"]?.int, "\(name)")
      #expect(read.source.parts == read.settings.count && read.source.remarks.isEmpty)
    }
  }

  /// The sum in which Scripts/golden/yaml_values.py counts each byte by its place.
  private func sum(_ lines: [String]) -> Int {
    lines.reduce(0) { total, line in
      line.utf8.enumerated().reduce(total) { ($0 + ($1.offset + 1) * Int($1.element)) % (1 << 32) }
    }
  }
}
