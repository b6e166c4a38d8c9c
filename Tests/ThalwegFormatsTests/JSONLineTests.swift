import Testing
import ThalwegFormats

@Suite struct JSONLineTests {
  @Test func givesTheBytesOfTheTree() {
    var line = JSONLine()
    // The second round checks that nothing of the first stays in the buffer.
    for step in [1, 200] {
      line.begin()
      line.field("step", step)
      line.field("loss", 0.1)
      line.field("none", nil)
      line.field("nan", .nan)
      line.field("low", -.infinity)
      line.field("big", 1e300)
      line.field("say \"hi\"", "a\tb\u{1F}ü")
      line.field("ok", true)
      line.beginObject("terms")
      line.field("x", 1e-7)
      line.end()
      line.beginArray("list")
      line.element(1)
      line.element(2.5)
      line.element(nil)
      line.element("s")
      line.beginObject()
      line.end()
      line.beginArray()
      line.element(3)
      line.end()
      line.end()
      line.field("last", 0)
      line.end()
      let tree = JSON.object([
        .init("step", .integer(step)), .init("loss", .number(0.1)), .init("none", .null),
        .init("nan", .number(.nan)), .init("low", .number(-.infinity)),
        .init("big", .number(1e300)), .init("say \"hi\"", .string("a\tb\u{1F}ü")),
        .init("ok", .bool(true)), .init("terms", .object([.init("x", .number(1e-7))])),
        .init(
          "list",
          .array([
            .integer(1), .number(2.5), .null, .string("s"), .object([]), .array([.integer(3)]),
          ])),
        .init("last", .integer(0)),
      ])
      #expect(line.bytes == Array(tree.compact.utf8))
    }
  }
}
