import Testing
import ThalwegFormats
import ThalwegRecord

@Suite struct StatedValuesTests {
  private let text = """
    stated:
      - key: gradient_norm
        value: 28.9
        epoch: 3
        source: the title
      - {key: gradient_norm, value: 12.5, epoch: 1, source: a guess}
      - key: head.batch_size
        value: 6
        source: section 3
      - {key: tensors, value: {encoder.layers: 37, decoder: 4}, source: notes}
      - {key: loss, value: 0.5, step: 10, source: notes}
    other: 1
    """

  @Test func settingsAndFiguresWithTheirSource() throws {
    let read = try ReadConfiguration(text)
    let stated = read.settings.filter { $0.origin != .configuration }
    #expect(
      stated.map(\.path) == [
        ["head", "batch_size"], ["tensors", "encoder.layers"], ["tensors", "decoder"],
      ])
    #expect(stated.map(\.number) == [6, 37, 4])
    #expect(stated[0].origin == .stated("section 3") && stated[0].place.position == 8)
    #expect(read["other"]?.origin == .configuration)
    #expect(read.runs.count == 1)
    let series = try #require(read.runs[0].series.first)
    #expect(series.role == .gradientNorm)
    #expect(series.points?.map(\.value) == [12.5, 28.9])
    #expect(series.points?.map(\.progress.epoch) == [1, 3])
    #expect(series.points?.map(\.place.position) == [6, 3])
    #expect(read.runs[0].series.last?.points?.map(\.progress.step) == [10])
    #expect(
      read.source.remarks.contains { $0.contains("gradient_norm") && $0.contains("the title") })
  }

  @Test(arguments: [
    ("- {key: a, value: 1}", "source"), ("- {key: a, value: 1, source: x, when: 2}", "'when'"),
    ("- {key: [1], value: 1, source: x}", "is a text"),
    ("- {key: a, value: b, epoch: 2, source: x}", "is a number"),
    ("- {key: a, value: 1, epoch: x, source: x}", "'epoch'"),
    ("- {key: a, value: 1, step: 1.5, source: x}", "whole number"),
  ])
  func entriesThatLackSomethingAreRefused(entry: String, part: String) {
    do {
      _ = try ReadConfiguration("stated:\n  \(entry)\n")
      Issue.record("was not refused: \(entry)")
    } catch {
      #expect("\(error)".contains("line 2") && "\(error)".contains(part), "\(error)")
    }
  }

  @Test func anotherKeyOfThatNameIsASection() throws {
    #expect(try ReadConfiguration("stated: {a: 1}\n")["stated.a"]?.number == 1)
    #expect(
      try ReadConfiguration("stated: [1, 2]\n")["stated"]?.value == .list([.number(1), .number(2)]))
  }
}
