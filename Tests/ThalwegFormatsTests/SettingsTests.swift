import Testing
import ThalwegFormats

@Suite struct SettingsTests {
  private func settings(
    _ text: String, set assignments: [String] = []
  ) throws -> Settings {
    try Settings(layers: [
      SettingsLayer.yaml(Array(text.utf8), name: "config.yaml"),
      SettingsLayer.assignments(assignments),
    ])
  }

  private let sample = """
    # A comment.
    name: "run 1"
    model:
      kind: gru
      hidden: 64
      dropout: ~
      layers: [32, 16]
      tags:
        - a
        - 'true'
    optimizer:
      learning_rate: 1e-3
      betas: [.9, 0.999]
      clip: null
      nesterov: true

    """

  @Test func readsEachType() throws {
    let settings = try settings(sample)
    #expect(try settings.string("name") == "run 1")
    #expect(try settings.string("model.kind", oneOf: ["gru", "lstm"]) == "gru")
    #expect(try settings.int("model.hidden", in: 1...1024) == 64)
    #expect(try settings.optionalDouble("model.dropout", in: 0...1, default: 0.5) == nil)
    #expect(try settings.ints("model.layers") == [32, 16])
    #expect(try settings.strings("model.tags") == ["a", "true"])
    #expect(try settings.double("optimizer.learning_rate", in: 0...1) == 0.001)
    #expect(try settings.doubles("optimizer.betas") == [0.9, 0.999])
    #expect(try settings.optionalInt("optimizer.clip", default: 3) == nil)
    #expect(try settings.bool("optimizer.nesterov"))
    #expect(settings.place(of: "optimizer.clip") == "config.yaml:14")
    #expect(settings.isSet("name") && !settings.isSet("other"))
    try settings.finish()
  }

  @Test func absentKeysTakeTheirDefault() throws {
    let settings = try settings("")
    #expect(try settings.double("a", default: 0.5) == 0.5)
    #expect(try settings.int("b", default: 2) == 2)
    #expect(try settings.bool("c", default: false) == false)
    #expect(try settings.string("d", default: "x") == "x")
    #expect(try settings.optionalDouble("e") == nil)
    #expect(try settings.optionalInt("f", default: 3) == 3)
    #expect(try settings.optionalString("g", default: "y") == "y")
    #expect(try settings.strings("h", default: []) == [])
    #expect(try settings.ints("i", default: [1]) == [1])
    #expect(settings.place(of: "a") == "default")
    try settings.finish()
    for read in [
      { _ = try settings.double("x.y") }, { _ = try settings.int("x.y") },
      { _ = try settings.bool("x.y") }, { _ = try settings.string("x.y") },
      { _ = try settings.strings("x.y") }, { _ = try settings.ints("x.y") },
    ] {
      #expect(throws: SettingsError.missing(key: "x.y")) { try read() }
    }
  }

  @Test func laterLayersOverrideKeyByKey() throws {
    let settings = try Settings(layers: [
      SettingsLayer.yaml(Array("a: {x: 1, y: 2}\nl: [1, 2, 3]\n".utf8), name: "base.yaml"),
      SettingsLayer.yaml(Array("a:\n  y: 3\nl: [9]\n".utf8), name: "mine.yaml"),
      SettingsLayer.assignments(["a.z=4", "a.w=1", "a.w=2", "m=[5, 6]", "e=", "s='#1'"]),
    ])
    #expect(try settings.int("a.x") == 1)
    #expect(try settings.int("a.y") == 3)
    #expect(try settings.int("a.z") == 4)
    #expect(try settings.int("a.w") == 2)
    #expect(try settings.ints("l") == [9])
    #expect(try settings.ints("m") == [5, 6])
    #expect(try settings.optionalString("e", default: "x") == nil)
    #expect(try settings.string("s") == "#1")
    #expect(settings.place(of: "a.x") == "base.yaml:1")
    #expect(settings.place(of: "a.y") == "mine.yaml:2")
    #expect(settings.place(of: "a.z") == "--set a.z")
    try settings.finish()
  }

  @Test(arguments: [
    ("1e-3", 1e-3), ("5e-3", 5e-3), (".5", 0.5), ("-1", -1), ("+2.", 2), ("007", 7), ("1E+2", 100),
  ])
  func numbersOfTheCoreSchema(_ text: String, _ expected: Double) throws {
    #expect(try settings("a: \(text)").double("a") == expected)
  }

  @Test(arguments: ["1_000", "fast", "1,5", "0x10", ".inf", ".nan", "1e999", "1e", "-.", "1 2"])
  func otherTextsAreNoNumbers(_ text: String) throws {
    #expect(
      throws: SettingsError.wrongType(
        place: "config.yaml:2", key: "a.b", expected: "a number", found: "'\(text)'")
    ) { try settings("a:\n  b: \(text)").double("a.b") }
  }

  @Test func wrongTypesSayWhatWasFound() throws {
    let settings = try settings(
      "a: \"1e-3\"\nb: yes\nc: 1.5\nd: [1, x]\ne: {f: 1}\ng: 'x'\nh: ~\ni: 99999999999999999999\n")
    func check(_ message: String, _ read: () throws -> Void) {
      #expect {
        try read()
      } throws: {
        "\($0)" == message
      }
    }
    check("config.yaml:1: 'a' must be a number, found the string '1e-3'; remove its quotes") {
      _ = try settings.double("a")
    }
    check("config.yaml:2: 'b' must be true or false, found 'yes'") { _ = try settings.bool("b") }
    check("config.yaml:3: 'c' must be a whole number, found '1.5'") { _ = try settings.int("c") }
    check("config.yaml:4: 'd' must be a list of whole numbers, found 'x' in it") {
      _ = try settings.ints("d")
    }
    check("config.yaml:3: 'c' must be a list of strings, found '1.5'") {
      _ = try settings.strings("c")
    }
    check("config.yaml:4: 'd' must be a string, found a list") { _ = try settings.string("d") }
    check("config.yaml:5: 'e' must be a string, found a section") {
      _ = try settings.string("e")
    }
    check("config.yaml:6: 'g' must be a whole number or null, found the string 'x'") {
      _ = try settings.optionalInt("g")
    }
    check("config.yaml:7: 'h' must be a string, found null") { _ = try settings.string("h") }
    check("config.yaml:8: 'i' must be a whole number, found '99999999999999999999'") {
      _ = try settings.int("i")
    }
  }

  @Test func rangesAndChoices() throws {
    let settings = try settings("a: 2\nb: adm\nl: [1, -1]\n")
    func check(_ message: String, _ read: () throws -> Void) {
      #expect {
        try read()
      } throws: {
        "\($0)" == message
      }
    }
    check("config.yaml:1: 'a' must be within 0.0 to 1.0, found 2.0") {
      _ = try settings.double("a", in: 0...1)
    }
    check("config.yaml:1: 'a' must be at least 3, found 2") {
      _ = try settings.int("a", in: 3...Int.max)
    }
    check("config.yaml:1: 'a' must be above 0 and at most 1.0, found 2.0") {
      _ = try settings.optionalDouble("a", in: Double.leastNonzeroMagnitude...1)
    }
    check("config.yaml:1: 'a' must be at most 1, found 2") {
      _ = try settings.optionalInt("a", in: Int.min...1)
    }
    check("config.yaml:2: 'b' must be one of sgd, adam, found 'adm'; did you mean 'adam'?") {
      _ = try settings.string("b", oneOf: ["sgd", "adam"])
    }
    check("config.yaml:3: 'l' must be at least 0, found -1") {
      _ = try settings.ints("l", in: 0...Int.max)
    }
  }

  @Test func unknownKeysAreRefused() throws {
    func message(_ text: String, set: [String] = []) throws -> String {
      let settings = try settings(text, set: set)
      _ = try settings.double("optimizer.learning_rate", default: 1)
      _ = try settings.int("model.hidden", default: 1)
      do {
        try settings.finish()
        return "none"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      try message("optimizer:\n  learnnig_rate: 1\n")
        == "config.yaml:2: unknown key 'optimizer.learnnig_rate'; "
        + "did you mean 'optimizer.learning_rate'?")
    #expect(
      try message("", set: ["model.learning_rate=1"])
        == "--set model.learning_rate: unknown key 'model.learning_rate'; "
        + "did you mean 'optimizer.learning_rate'?")
    #expect(try message("\nzzz: 1\n") == "config.yaml:2: unknown key 'zzz'")
    #expect(try message("zzz: {}\n") == "config.yaml:1: unknown key 'zzz'")
    #expect(
      try message("optimizer: 3\n") == "config.yaml:1: 'optimizer' must be a section, found '3'")
    #expect(try message("optimizer:\nmodel: {}\n") == "none")
    #expect(try message("optimizer: {learning_rate: 1}\n") == "none")
  }

  @Test func resolvedReadsBackTheSame() throws {
    let hostile = [
      "a b", "true", "~", "", "1e3", "x: y", "#", "ü 🌊", "\"\\\n\t", "\u{7F}\u{85}\u{2028}", "- a",
      "plain_word-1.5/x", "[", "'", "é", "null", "C:\\x", "\u{FEFF}", "*a", "&b", "!c", "%d", "@e",
    ]
    func readAll(_ settings: Settings) throws -> [String] {
      var all: [String] = []
      all.append(try settings.double("optimizer.learning_rate").description)
      all.append(try settings.int("model.hidden", default: 3).description)
      all.append(try settings.double("optimizer.decay", default: 5e-300).description)
      all.append(try settings.optionalDouble("optimizer.clip")?.description ?? "nil")
      all.append(try settings.optionalInt("model.depth", default: 2)?.description ?? "nil")
      all.append(try settings.bool("flag", default: true).description)
      all += try settings.strings("deep.er.still.texts", default: hostile)
      all.append(try settings.ints("deep.ints", default: [1, -2]).description)
      all.append(try settings.doubles("deep.er.doubles", default: []).description)
      all.append(try settings.optionalString("deep.none") ?? "nil")
      for (index, text) in hostile.enumerated() {
        all.append(try settings.string("texts.t\(index)", default: text))
      }
      try settings.finish()
      return all
    }
    let first = try settings("optimizer: {learning_rate: 0.1}")
    let expected = try readAll(first)
    #expect(
      first.resolved.hasPrefix(
        "optimizer:\n  learning_rate: 0.1\n  decay: 5e-300\n  clip: null\nmodel:\n  hidden: 3\n"
          + "  depth: 2\nflag: true\ndeep:\n  er:\n    still:\n      texts: ["))
    let second = try settings(first.resolved)
    #expect(try readAll(second) == expected)
    #expect(second.resolved == first.resolved)
    #expect(hostile.allSatisfy { expected.contains($0) })
    #expect(try settings("", set: ["a=1"]).resolved == "")
  }

  @Test func textsThatAreNoSettings() throws {
    let cases: [(String, SettingsError)] = [
      ("- a\n- b\n", .rootNotMapping(place: "config.yaml:1")),
      ("\nplain\n", .rootNotMapping(place: "config.yaml:2")),
      (
        "a: 1\nb: 2\na: 3\n",
        .duplicateKey(place: "config.yaml:3", key: "a", first: "config.yaml:1")
      ),
      (
        "s:\n  a: 1\ns:\n  b: 1\n",
        .duplicateKey(place: "config.yaml:3", key: "s", first: "config.yaml:2")
      ),
      ("a: &x 1\n", .unsupported(place: "config.yaml:1", what: "an anchor ('&')")),
      ("b: 1\na: *x\n", .unsupported(place: "config.yaml:2", what: "an alias ('*')")),
      ("a: !!str 1\n", .unsupported(place: "config.yaml:1", what: "a tag ('!')")),
      ("a: !x [1]\n", .unsupported(place: "config.yaml:1", what: "a tag ('!')")),
      ("a: &m {b: 1}\n", .unsupported(place: "config.yaml:1", what: "an anchor ('&')")),
      ("a: 1\n---\nb: 1\n", .unsupported(place: "config.yaml:2", what: "a second document")),
      (
        "a: [[1]]\n",
        .unsupported(place: "config.yaml:1", what: "a list or a section in a list")
      ),
      (
        "a:\n  - b: 1\n",
        .unsupported(place: "config.yaml:2", what: "a list or a section in a list")
      ),
      (
        "[a]: 1\n", .unsupported(place: "config.yaml:1", what: "a list or a section as a key")
      ),
      ("a.b: 1\n", .badKey(place: "config.yaml:1", key: "a.b")),
      ("\"a b\": 1\n", .badKey(place: "config.yaml:1", key: "a b")),
      ("<<: 1\n", .badKey(place: "config.yaml:1", key: "<<")),
    ]
    for (text, expected) in cases {
      #expect(throws: expected, "\(text)") { try settings(text) }
      #expect(!expected.description.contains("\n"))
    }
    let deep = String(repeating: "{a: ", count: 100) + "1" + String(repeating: "}", count: 100)
    for text in ["a: [1\n", "a: 1\n b: 2\n", "a: \"x\n", "a:\tb:\tc", "a: \u{1}\n", "}", deep] {
      #expect(throws: SettingsError.self, "\(text)") { try settings(text) }
    }
    #expect {
      try settings("a: 1\nb: [1\nc: 2\n")
    } throws: {
      "\($0)".hasPrefix("config.yaml:3: not YAML: ")
    }
    #expect {
      try SettingsLayer.yaml([0x61, 0x3A, 0x20, 0x0A, 0x62, 0xFF], name: "config.yaml")
    } throws: {
      "\($0)".hasPrefix("config.yaml:2: not YAML: ")
    }
  }

  @Test(arguments: ["a", "=1", "a b=1", "a..b=1", ".a=1", ""])
  func assignmentsNeedAKeyAndAValue(_ text: String) {
    #expect(throws: SettingsError.badAssignment(text: text)) {
      try SettingsLayer.assignments([text])
    }
  }

  @Test(arguments: ["a=b: c", "a={b: 1}", "a=[1", "a=x #y", "a=#y", "a='x' #y", "a=[[1]]"])
  func assignmentsTakeAScalarOrAList(_ text: String) {
    #expect {
      try SettingsLayer.assignments([text])
    } throws: {
      "\($0)".hasPrefix("--set a: ")
    }
  }
}
