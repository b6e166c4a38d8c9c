import Testing
import ThalwegFormats
import ThalwegTensor

@Suite struct JSONTests {
  private let sample = JSON.object([
    .init("name", .string("a \"b\" \\ \n \u{1} ü 🌊")), .init("empty", .object([])),
    .init("list", .array([.integer(-3), .number(0.1), .null, .bool(true), .array([])])),
    .init("z", .integer(.max)), .init("a", .number(-0.0)),
  ])

  private func place(_ line: Int, _ column: Int) -> JSONError.Place {
    JSONError.Place(source: "x.json", line: line, column: column)
  }

  @Test func writesOnOneLineInTheOrderGiven() {
    #expect(
      sample.compact == #"{"name":"a \"b\" \\ \n \u0001 ü 🌊","empty":{},"#
        + #""list":[-3,0.1,null,true,[]],"z":9223372036854775807,"a":-0.0}"#)
  }

  @Test func writesIndented() {
    let value = JSON.object([
      .init("a", .array([.integer(1), .object([.init("b", .null)])])), .init("c", .array([])),
    ])
    #expect(
      value.pretty == """
        {
          "a": [
            1,
            {
              "b": null
            }
          ],
          "c": []
        }
        """)
  }

  @Test func readsBackWhatItWrote() throws {
    #expect(try JSON.parse(sample.compact, source: "x.json") == sample)
    #expect(try JSON.parse(sample.pretty, source: "x.json") == sample)
  }

  @Test func everyDoubleReadsBackAsTheSameBits() throws {
    let stream = RandomStream(seed: 3, path: "json")
    let edges: [Double] = [
      0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude,
      .greatestFiniteMagnitude, 1e16, 1e-5, 100, 0.1,
      .nan, .infinity, -.infinity,
    ]
    let drawn = (0..<10_000).map { Double(bitPattern: stream.bits($0)) }
    for value in edges + drawn {
      let read = try JSON.parse(JSON.number(value).compact, source: "x.json").double
      let same = try #require(read)
      #expect(same.bitPattern == value.bitPattern || (same.isNaN && value.isNaN))
    }
  }

  @Test func accessorsTakeOnlyTheirOwnKind() throws {
    let value = try JSON.parse(
      #"{"i": 3, "x": 2.5, "s": "t", "b": true, "n": null, "l": [1], "big": 1e2, "h": 99999999999999999999}"#,
      source: "x.json")
    #expect(value["i"]?.int == 3)
    #expect(value["i"]?.double == 3)
    #expect(value["x"]?.int == nil)
    #expect(value["x"]?.double == 2.5)
    #expect(value["big"]?.int == nil)
    #expect(value["h"]?.double == 1e20)
    #expect(value["s"]?.string == "t")
    #expect(value["s"]?.double == nil)
    #expect(value["b"]?.bool == true)
    #expect(value["n"]?.isNull == true)
    #expect(value["l"]?.array == [.integer(1)])
    #expect(value["missing"] == nil)
    #expect(JSON.integer(1)["i"] == nil)
  }

  /// What a terminal acts on: DEL, C1 control characters as the start of a command, ends of lines
  /// and marks that turn the direction of writing.
  @Test func whatTerminalsActOnIsSpelledOut() throws {
    let acted: [UInt32] = [
      0, 0x1B, 0x7F, 0x80, 0x85, 0x9B, 0x9F, 0x61C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E,
      0x2066, 0x2069,
    ]
    for scalar in acted.compactMap(Unicode.Scalar.init) {
      let text = "a\(Character(scalar))ü"
      let written = JSON.string(text).compact
      #expect(!written.unicodeScalars.contains(scalar), "\(scalar.value)")
      #expect(!text.onOneLine.unicodeScalars.contains(scalar), "\(scalar.value)")
      #expect(try JSON.parse(written, source: "x").string == text)
    }
    for scalar in [0x20, 0x7E, 0xA0, 0x61B, 0x200D, 0x2010, 0x202F, 0x2065, 0x206A, 0x1F30A] {
      let text = "a\(Character(try #require(Unicode.Scalar(scalar))))"
      #expect(JSON.string(text).compact == "\"\(text)\"")
      #expect(text.onOneLine == text)
    }
  }

  @Test func escapes() throws {
    let value = try JSON.parse(#""\u00fc\ud83c\udf0a\/\b\f\r\t\"""#, source: "x.json")
    #expect(value.string == "ü🌊/\u{8}\u{C}\r\t\"")
  }

  @Test func hostileTexts() throws {
    let cases: [(String, JSONError)] = [
      ("", .unexpectedEnd(place(1, 1))),
      ("{\n  \"a\": 1,\n", .unexpectedEnd(place(3, 1))),
      ("\"abc", .unexpectedEnd(place(1, 5))),
      ("[1, 2", .unexpectedEnd(place(1, 6))),
      ("[1,]", .unexpected(place(1, 4), found: "']'", expected: "a value")),
      ("{\"a\":1,}", .unexpected(place(1, 8), found: "'}'", expected: "a name in quotes")),
      ("{\"a\" 1}", .unexpected(place(1, 6), found: "'1'", expected: "':'")),
      ("[\"ü\" 1]", .unexpected(place(1, 6), found: "'1'", expected: "',' or ']'")),
      ("{\"a\":1 2}", .unexpected(place(1, 8), found: "'2'", expected: "',' or '}'")),
      ("tru", .unexpected(place(1, 1), found: "'t'", expected: "a value")),
      ("NaN", .unexpected(place(1, 1), found: "'N'", expected: "a value")),
      ("1 2", .trailing(place(1, 3))),
      ("{\"a\":1,\n \"a\":2}", .duplicateName(place(2, 2), name: "a")),
      ("\"\\x\"", .badEscape(place(1, 2))),
      ("\"\\ud83c\"", .badEscape(place(1, 2))),
      ("\"\\ud83c\\u0041\"", .badEscape(place(1, 2))),
      ("\"\\udf0a\"", .badEscape(place(1, 2))),
      ("\"\\u12g4\"", .badEscape(place(1, 2))),
      ("\"a\nb\"", .controlCharacter(place(1, 3))),
      ("01", .badNumber(place(1, 1), text: "01")),
      ("-", .badNumber(place(1, 1), text: "-")),
      ("1.", .badNumber(place(1, 1), text: "1.")),
      ("1e", .badNumber(place(1, 1), text: "1e")),
      ("1e999", .badNumber(place(1, 1), text: "1e999")),
      ("1-2", .badNumber(place(1, 1), text: "1-2")),
    ]
    for (text, expected) in cases {
      #expect(throws: expected, "\(text)") { try JSON.parse(text, source: "x.json") }
      #expect(expected.description.hasPrefix("x.json:"))
      #expect(!expected.description.contains("\n"))
    }
    #expect(throws: JSONError.notUTF8(place(1, 1))) {
      try JSON.parse([0x22, 0xFF, 0x22], source: "x.json")
    }
  }

  @Test func depthIsLimited() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try JSON.parse(nested(512), source: "x.json").array != nil)
    #expect(throws: JSONError.tooDeep(place(1, 513), limit: 512)) {
      try JSON.parse(nested(513), source: "x.json")
    }
  }

  @Test func everyCutOfAValueIsRefused() {
    let bytes = Array(sample.pretty.utf8)
    for count in 0..<bytes.count {
      #expect(throws: JSONError.self) { try JSON.parse(Array(bytes[..<count]), source: "x.json") }
    }
  }
}
