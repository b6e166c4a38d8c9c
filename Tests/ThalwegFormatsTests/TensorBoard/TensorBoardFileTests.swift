import Testing
import ThalwegFormats

/// Files that are cut, damaged, growing, or something else.
@Suite struct TensorBoardFileTests {
  let file: EventFile

  init() throws { file = try EventFile() }

  /// The bytes of a small file, its events, and where the last one ends.
  private func small() throws -> (bytes: [UInt8], events: [TensorBoardEvent]) {
    let path = Golden.path("tensorflow2.tfevents")
    var file = try TensorBoardFile(path: path)
    return (try Files.read(path), try EventFile.rest(&file))
  }

  /// Those of the events that have whole records in so many bytes.
  private func whole(_ events: [TensorBoardEvent], in length: Int, of total: Int) -> Int {
    let ends = events.dropFirst().map(\.offset) + [total]
    return ends.filter { $0 <= length }.count
  }

  @Test func cutAtEveryLength() throws {
    let (bytes, events) = try small()
    for length in 0..<bytes.count {
      try file.write(Array(bytes[..<length]))
      var cut = try TensorBoardFile(path: file.path)
      let read = try EventFile.rest(&cut)
      let count = whole(events, in: length, of: bytes.count)
      #expect(read.map(\.offset) == events[..<count].map(\.offset), "\(length)")
      #expect(read.map { "\($0)" } == events[..<count].map { "\($0)" }, "\(length)")
      let end = events[count].offset
      #expect(cut.truncatedAt == (end == length ? nil : end), "\(length)")
    }
  }

  @Test func everyFlippedByteIsFound() throws {
    let (bytes, events) = try small()
    var found = 0
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 1 << (place % 8)
      try file.write(damaged)
      var open = try TensorBoardFile(path: file.path)
      var read: [TensorBoardEvent] = []
      let before = whole(events, in: place, of: bytes.count)
      do {
        while let event = try open.next() { read.append(event) }
        Issue.record("byte \(place) was taken as it is")
      } catch {
        found += 1
        let offset = events[before].offset
        switch error {
        case .notEvents: #expect(offset == 0 && place < 12)
        case .lengthChecksum(_, let at): #expect(at == offset && place < offset + 12)
        case .payloadChecksum(_, let at, _): #expect(at == offset && place >= offset + 12)
        default: Issue.record(error)
        }
      }
      #expect(read.map { "\($0)" } == events[..<before].map { "\($0)" }, "\(place)")
    }
    #expect(found == bytes.count)
  }

  @Test func damageInOneRecordSparesTheNext() throws {
    let (bytes, events) = try small()
    var damaged = bytes
    damaged[events[2].offset + 20] ^= 4
    try file.write(damaged)
    var open = try TensorBoardFile(path: file.path)
    #expect(try open.next()?.offset == 0)
    #expect(try open.next()?.offset == events[1].offset)
    let bytesOfRecord = events[3].offset - events[2].offset - 16
    #expect(
      throws: TensorBoardError.payloadChecksum(
        path: file.path, offset: events[2].offset, bytes: bytesOfRecord)
    ) { try open.next() }
    #expect(try EventFile.rest(&open).map(\.offset) == events[3...].map(\.offset))

    damaged = bytes
    damaged[events[2].offset] ^= 4
    try file.write(damaged)
    open = try TensorBoardFile(path: file.path)
    _ = try open.next()
    _ = try open.next()
    for _ in 0..<2 {
      let error = TensorBoardError.lengthChecksum(path: file.path, offset: events[2].offset)
      #expect(!error.canGoOn)
      #expect(throws: error) { try open.next() }
    }
  }

  @Test func aGrowingFileGoesOn() throws {
    let (bytes, events) = try small()
    let end = events[3].offset
    for cut in events[1].offset...end {
      try file.write(Array(bytes[..<cut]))
      var open = try TensorBoardFile(path: file.path)
      var read = try EventFile.rest(&open)
      #expect(try open.next() == nil)
      try file.append(Array(bytes[cut..<end]))
      read += try EventFile.rest(&open)
      #expect(read.map(\.offset) == events[..<3].map(\.offset), "\(cut)")
      #expect(open.truncatedAt == nil)
    }
    // Byte after byte.
    try file.write([])
    var open = try TensorBoardFile(path: file.path)
    var offsets: [Int] = []
    for byte in bytes {
      try file.append([byte])
      offsets += try EventFile.rest(&open).map(\.offset)
    }
    #expect(offsets == events.map(\.offset))
  }

  @Test func aFileThatShrinksIsAnError() throws {
    try file.write(try small().bytes)
    var open = try TensorBoardFile(path: file.path)
    _ = try EventFile.rest(&open)
    try file.write([])
    #expect(throws: TensorBoardError.self) { try open.next() }
  }

  @Test func recordsAcrossBlocks() throws {
    var bytes: [UInt8] = []
    var steps = 0
    // Short records, one longer than a block, and short ones again.
    for large in [0, 1, 0] {
      for _ in 0..<(large == 1 ? 1 : 20_000) {
        let event = EventBytes.scalar(step: steps, "loss", Float(steps))
        let unread = EventBytes.bytes(200, [UInt8](repeating: 1, count: large * 2_500_000))
        bytes += EventBytes.record(event + unread)
        steps += 1
      }
    }
    #expect(bytes.count > 4 << 20)
    let events = try file.events(bytes)
    #expect(events.map(\.step) == Array(0..<steps))
    #expect(
      events.allSatisfy { $0.values == [.scalar(tag: "loss", value: Double($0.step))] })
  }

  @Test(arguments: [UInt64(1) << 26 + 1, 1 << 62, .max, .max - 15, 1 << 63])
  func hostileLengths(length: UInt64) throws {
    let first = EventBytes.record(EventBytes.scalar(step: 1, "x", 1))
    try file.write(first + EventBytes.header(length) + [1, 2, 3])
    var open = try TensorBoardFile(path: file.path)
    #expect(try open.next()?.step == 1)
    let error = TensorBoardError.tooLarge(
      path: file.path, offset: first.count, bytes: length, limit: 1 << 26)
    #expect(throws: error) { try open.next() }
    #expect(try open.next() == nil)
    #expect(open.truncatedAt == first.count)
  }

  @Test func aLongRecordIsLeaptOver() throws {
    let limit = 1 << 26
    let long = EventBytes.header(UInt64(limit + 1)) + [UInt8](repeating: 0, count: limit + 5)
    try file.write(long + EventBytes.record(EventBytes.scalar(step: 9, "x", 1)))
    var open = try TensorBoardFile(path: file.path)
    #expect(throws: TensorBoardError.self) { try open.next() }
    #expect(try open.next()?.step == 9)
    #expect(try open.next() == nil)
    #expect(open.truncatedAt == nil)
  }

  @Test func aLengthWithinTheLimitIsTruncation() throws {
    try file.write(EventBytes.header(1 << 26))
    var open = try TensorBoardFile(path: file.path)
    #expect(try open.next() == nil)
    #expect(open.truncatedAt == 0)
  }

  @Test func otherFiles() throws {
    for bytes in [
      [UInt8](repeating: 0, count: 64), Array("epoch,loss,rate\n1,2,3\n".utf8),
      try Files.read(Golden.path("whole.pt")),
    ] {
      #expect(throws: TensorBoardError.notEvents(path: file.path)) { try file.events(bytes) }
    }
    #expect(throws: TensorBoardError.file(.missing(path: "/gone"))) {
      try TensorBoardFile(path: "/gone")
    }
    #expect(throws: TensorBoardError.self) { try TensorBoardFile(path: "/dev/zero") }
    #expect(try file.events([]).isEmpty)
  }

  @Test(arguments: TensorBoardPeerTests.names) func recognizedByContent(name: String) throws {
    let bytes = try Files.read(Golden.path(name))
    let firstRecord = Int(bytes[0]) + 16
    for length in 0..<200 {
      #expect(TensorBoardFile.recognizes(Array(bytes[..<length])) == (length >= 12), "\(length)")
    }
    for place in 0..<firstRecord {
      var damaged = Array(bytes[..<200])
      damaged[place] ^= 0x10
      #expect(!TensorBoardFile.recognizes(damaged), "\(place)")
    }
  }

  @Test func otherFilesAreNotRecognized() throws {
    // A tf.train.Example: a message of features in field 1.
    let feature = EventBytes.bytes(1, EventBytes.text(1, "label"), EventBytes.bytes(2, [1, 2, 3]))
    let example = EventBytes.record(EventBytes.bytes(1, feature))
    for length in 13...example.count {
      #expect(!TensorBoardFile.recognizes(Array(example[..<length])), "\(length)")
    }
    for bytes in [
      [], [UInt8](repeating: 0, count: 64), Array("{\"step\": 1, \"loss\": 2.5}\n".utf8),
      try Files.read(Golden.path("whole.pt")), try Files.read(Golden.path("types.safetensors")),
    ] {
      #expect(!TensorBoardFile.recognizes(bytes))
    }
    try file.expectRefusal(EventBytes.bytes(1, feature), "field 1 is not a number of 8 bytes")
  }
}
