import Testing
import ThalwegFormats
import ThalwegTensor

/// Records with right checksums whose messages are unusual or wrong.
@Suite struct TensorBoardMessageTests {
  typealias Bytes = EventBytes

  let file: EventFile

  init() throws { file = try EventFile() }

  private func event(_ payload: [UInt8]) throws -> TensorBoardEvent {
    try #require(try file.events(Bytes.record(payload)).first)
  }

  @Test func fieldsThatAreNotKnownAreSkipped() throws {
    let nested = (0..<100).reduce(into: [UInt8]()) { inner, _ in inner = Bytes.group(30, inner) }
    let unknown =
      Bytes.number(100, -1) + Bytes.double(101, 1) + Bytes.bytes(102, [0xFF]) + Bytes.float(103, 1)
      + Bytes.group(104, Bytes.number(1, 5) + Bytes.group(2) + Bytes.text(3, "x")) + nested
    let value = unknown + Bytes.text(1, "a") + unknown + Bytes.float(2, 0.5) + unknown
    let payload = unknown + Bytes.event(step: 3, value: value) + unknown
    #expect(
      try event(payload)
        == TensorBoardEvent(
          offset: 0, step: 3, wallTime: 1.5, values: [.scalar(tag: "a", value: 0.5)]))
  }

  @Test func absentFieldsAreZero() throws {
    #expect(try event([]) == TensorBoardEvent(offset: 0, step: 0, wallTime: 0, values: []))
    let nothing = Bytes.bytes(5, Bytes.bytes(1))
    #expect(try event(nothing).values == [.other(tag: "", plugin: nil)])
  }

  @Test func numbersOneByOneAreAListToo() throws {
    let limits = Bytes.double(6, 1) + Bytes.double(6, 2)
    let packed = Bytes.bytes(7, Bytes.bits(3)) + Bytes.double(7, 4)
    let payload = Bytes.event(step: 1, value: Bytes.bytes(5, Bytes.double(3, 7), limits, packed))
    let lowest = -Double.greatestFiniteMagnitude
    #expect(
      try event(payload).values == [
        .histogram(
          tag: "",
          TensorBoardHistogram(
            min: 0, max: 0, count: 7, sum: 0, sumOfSquares: 0, edges: [lowest, 1, 2],
            counts: [3, 4]))
      ])
    let rows = Bytes.tensor(
      "histograms", extents: [1, 3], Bytes.number(1, 3),
      Bytes.number(7, -2) + Bytes.bytes(7, [5]) + Bytes.number(7, 8))
    #expect(
      try event(Bytes.event(step: 1, value: rows)).values == [
        .histogram(
          tag: "t",
          TensorBoardHistogram(
            min: -2, max: 5, count: 8, sum: nil, sumOfSquares: nil, edges: [-2, 5], counts: [8]))
      ])
  }

  @Test func whatHasAnotherFormIsNotRead() throws {
    let float = Bytes.number(1, 1)
    for value in [
      Bytes.tensor("scalars", extents: [2], float),
      Bytes.tensor("scalars", extents: [], Bytes.number(1, 7)),
      Bytes.tensor("scalars", extents: [], float, Bytes.bytes(2, Bytes.number(3, 1))),
      Bytes.tensor("scalars", extents: [1 << 62, 1 << 62], float),
    ] {
      #expect(
        try event(Bytes.event(step: 1, value: value)).values
          == [.other(tag: "t", plugin: "scalars")])
    }
    for value in [
      Bytes.tensor("histograms", extents: [3], float),
      Bytes.tensor("histograms", extents: [2, 4], float),
    ] {
      #expect(
        try event(Bytes.event(step: 1, value: value)).values
          == [.other(tag: "t", plugin: "histograms")])
    }
  }

  @Test func brokenMessages() throws {
    let eleven = [UInt8](repeating: 0x80, count: 10) + [1]
    let deep = (0..<101).reduce(into: [UInt8]()) { inner, _ in inner = Bytes.group(30, inner) }
    for (payload, text) in [
      (Bytes.key(2, 0) + eleven, "a varint has more than 64 bits"),
      (Bytes.key(2, 0) + [UInt8](repeating: 0xFF, count: 9) + [2], "more than 64 bits"),
      (Bytes.key(2, 0) + [0x80], "a varint has no end"),
      ([0x80], "a varint has no end"),
      (Bytes.key(1, 1) + [1, 2, 3], "a field reaches beyond its message"),
      (Bytes.key(5, 2) + Bytes.varint(.max), "a field reaches beyond its message"),
      (Bytes.key(5, 2) + Bytes.varint(3) + [0, 0], "a field reaches beyond its message"),
      (Bytes.key(0, 0) + [1], "no field of number 0"),
      (Bytes.varint(1 << 40), "no field of number"),
      (Bytes.key(20, 6), "no type 6"), (Bytes.key(20, 7), "no type 7"),
      (Bytes.key(20, 4), "a group ends that has not begun"),
      (Bytes.key(20, 3), "a group has no end"),
      (Bytes.key(20, 3) + Bytes.key(21, 4), "a group ends that has not begun"),
      (deep, "groups lie deeper than 100"),
      (Bytes.double(2, 1), "field 2 is not a varint"),
      (Bytes.number(1, 1), "field 1 is not a number of 8 bytes"),
      (Bytes.number(5, 1), "field 5 is not bytes with their length"),
      (Bytes.text(3, "a") + Bytes.bytes(5), "an event has two contents"),
      (Bytes.bytes(3, [0xFF]), "the text of field 3 is not UTF-8"),
    ] {
      try file.expectRefusal(payload, text)
    }
  }

  @Test func brokenValues() throws {
    let float = Bytes.number(1, 1)
    for (value, text) in [
      (Bytes.float(2, 1) + Bytes.float(2, 1), "a value has two contents"),
      (Bytes.bytes(1, [0xC3]), "the text of field 1 is not UTF-8"),
      (Bytes.double(2, 1), "field 2 is not a number of 4 bytes"),
      (Bytes.bytes(5, Bytes.double(6, 1)), "a histogram has 1 bounds and 0 counts"),
      (Bytes.bytes(5, Bytes.bytes(6, [1, 2, 3])), "reaches beyond"),
      (Bytes.bytes(5, Bytes.float(6, 1)), "field 6 is not a list of numbers"),
      (Bytes.bytes(8, Bytes.bytes(2, Bytes.bytes(2, Bytes.number(1, -1)))), "an extent of -1"),
      (
        Bytes.tensor("x", extents: [Int](repeating: 1, count: 65)), "an extent of 1 on axis 64"
      ),
      (Bytes.tensor("histograms", extents: [1 << 40, 3], float), "is too large here"),
      (Bytes.tensor("histograms", extents: [.max, 3], float), "is too large here"),
      (
        Bytes.tensor("histograms", extents: [1, 3], float, Bytes.bytes(4, [1, 2, 3, 4])),
        "a tensor has 4 bytes where 12 are needed"
      ),
      (
        Bytes.tensor("scalars", extents: [], float, Bytes.float(5, 1), Bytes.float(5, 2)),
        "field 5 has more than 1 numbers"
      ),
    ] {
      try file.expectRefusal(Bytes.event(step: 1, value: value), text)
    }
  }

  /// Short messages that ask for much memory.
  @Test func valuesOfOneEventAreBounded() throws {
    let empty = Bytes.bytes(1)
    func summary(_ value: [UInt8], _ count: Int) -> [UInt8] {
      Bytes.bytes(5, (0..<count).flatMap { _ in value })
    }
    let most = (1 << 25) / 128
    #expect(try event(summary(empty, most)).values.count == most)
    try file.expectRefusal(summary(empty, most + 1), "take more than 33554432 bytes")
    let wide = Bytes.tensor("histograms", extents: [1 << 20, 3], Bytes.number(1, 1))
    #expect(try event(summary(Bytes.bytes(1, wide), 1)).values.count == 1)
    try file.expectRefusal(summary(Bytes.bytes(1, wide), 2), "is too large here")
  }

  /// The plugin of a tag is remembered, but not of any number of tags.
  @Test func rememberedTagsAreBounded() throws {
    func record(_ step: Int, _ tag: String, plugin: String?) -> [UInt8] {
      let tensor = Bytes.bytes(8, Bytes.number(1, 1), Bytes.float(5, 2))
      let metadata = plugin.map { Bytes.bytes(9, Bytes.bytes(1, Bytes.text(1, $0))) } ?? []
      return Bytes.record(
        Bytes.event(step: step, value: Bytes.text(1, tag), tensor, metadata))
    }
    let events = try file.events(
      record(0, "a", plugin: nil) + record(1, "a", plugin: "scalars")
        + record(2, "a", plugin: nil) + record(3, "a", plugin: "text")
        + record(4, "a", plugin: nil) + record(5, "b", plugin: nil))
    let number = TensorBoardValue.scalar(tag: "a", value: 2)
    #expect(
      events.flatMap(\.values) == [
        .other(tag: "a", plugin: nil), number, number, .other(tag: "a", plugin: "text"), number,
        .other(tag: "b", plugin: nil),
      ])

    let long = String(repeating: "x", count: 1 << 20)
    let records = (0..<20).map { record($0, "\($0)" + long, plugin: "scalars") }
    try file.write(records.flatMap { $0 })
    var open = try TensorBoardFile(path: file.path)
    for step in 0..<15 { #expect(try open.next()?.step == step) }
    #expect(throws: TensorBoardError.self) { try open.next() }
    let again = records[0] + records[1] + records[0]
    #expect(try file.events(again).map(\.step) == [0, 1, 0])
  }

  /// Payloads of real files with changed bytes and right checksums.
  @Test(arguments: TensorBoardPeerTests.names) func changedPayloads(name: String) throws {
    let bytes = try Files.read(Golden.path(name))
    var open = try TensorBoardFile(path: Golden.path(name))
    let offsets = try EventFile.rest(&open).map(\.offset) + [bytes.count]
    let stream = RandomStream(seed: 5, path: name)
    var draw = 0
    func next(_ bound: Int) -> Int {
      draw += 1
      return stream.integer(draw, below: bound)
    }
    var changed: [UInt8] = []
    let rounds = 4_000
    for round in 0..<rounds {
      let record = round % (offsets.count - 1)
      var payload = Array(bytes[offsets[record] + 12..<offsets[record + 1] - 4])
      for _ in 0...next(3) where !payload.isEmpty {
        let place = next(min(payload.count, 200))
        switch next(3) {
        case 0: payload[place] ^= 1 << UInt8(next(8))
        case 1: payload.remove(at: place)
        default: payload.insert(UInt8(next(256)), at: place)
        }
      }
      changed += EventBytes.record(payload)
    }
    try file.write(changed)
    open = try TensorBoardFile(path: file.path)
    var (accepted, refused) = (0, 0)
    while accepted + refused <= rounds {
      do {
        if try open.next() == nil { break }
        accepted += 1
      } catch {
        refused += 1
        #expect(error.canGoOn)
        #expect("\(error)".contains(file.path))
        #expect("\(error)".allSatisfy { !$0.isNewline })
      }
    }
    #expect(accepted + refused == rounds)
    #expect(open.truncatedAt == nil)
    #expect(accepted > rounds / 100)
    #expect(refused > rounds / 100)
  }
}
