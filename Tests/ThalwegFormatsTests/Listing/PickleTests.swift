import Testing
import ThalwegFormats

/// Pickles that no torch.save would write.
@Suite struct PickleTests {
  private typealias P = PickleBytes
  private let file: ListedFile

  init() throws { file = try ListedFile() }

  private let floats = PickleBytes.storage("0", "FloatStorage", 6)

  private func refuse(
    _ value: [UInt8], _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    file.expectRefusal(ListedFile.zip(value).bytes, text, sourceLocation: sourceLocation)
  }

  @Test func nothingThatIsNamedIsRun() throws {
    let mark = try TemporaryFolder()
    let shell = P.tuple(P.text("touch \(mark["touched"])"))
    let evil = P.call(P.global("os", "system"), shell)
    let calls: [([UInt8], String)] = [
      (evil, "'os.system'"),
      (P.text("os") + P.text("system") + [0x93] + shell + P.letter("R"), "'os.system'"),
      (P.letter("(") + P.text("x") + Array("iposix\nsystem\n".utf8), "'posix.system'"),
      (P.letter("(") + P.global("os", "system") + P.text("x") + P.letter("o"), "'os.system'"),
      (P.global("builtins", "eval") + P.tuple(P.text("1")) + [0x81], "'builtins.eval'"),
      (P.global("torch._utils", "_rebuild_tensor_v2.__globals__"), "__globals__'"),
      (P.global("torch", "load"), "'torch.load'"),
    ]
    for (value, name) in calls {
      refuse(value, name)
      refuse(P.dictionary((P.text("a"), value)), "which is not on the list of what is read")
    }
    let zip = ListedFile.zip(P.dictionary((P.text("a"), evil), (P.text("n"), P.int(3)))).bytes
    let listing = try file.list(zip, skipsUnknown: true)
    #expect(listing.opaque.map(\.path) == ["a"])
    #expect(listing.opaque.map(\.name) == ["os.system"])
    #expect(listing.scalars == [JSON.Member("n", .integer(3))])
    #expect(!Files.exists(mark["touched"]))
  }

  @Test func whatUnknownClassesHoldStaysUnopened() throws {
    let unknown = P.global("my.module", "Net")
    let made = unknown + P.letter(")") + [0x81]
    let filled = made + P.dictionary((P.text("w"), P.int(1))) + P.letter("b")
    let mapping = made + P.letter("(") + P.text("k") + P.int(1) + P.letter("u")
    let lost = P.tensor(
      [2], strides: [1],
      storage: P.tuple(
        P.text("storage"), P.global("torch", "FutureStorage"), P.text("0"), P.text("cpu"), P.int(2))
        + P.letter("Q"))
    let value = P.dictionary(
      (P.text("a"), filled), (P.text("b"), P.list(mapping)), (P.text("c"), lost),
      (P.text("d"), P.parameter(P.call(unknown, P.letter(")")))))
    let listing = try file.list(ListedFile.zip(value).bytes, skipsUnknown: true)
    #expect(listing.opaque.map(\.path) == ["a", "b.0", "c", "d"])
    #expect(listing.opaque.first?.name == "my.module.Net")
    #expect(listing.tensors.isEmpty)
    refuse(lost, "'torch.FutureStorage'")
  }

  @Test func valuesThatHoldThemselves() {
    // A list, remembered, that gets itself; and two dictionaries that hold each other.
    refuse([0x5D, 0x71, 0, 0x68, 0, 0x61], "lies deeper than 200, or in itself")
    let inner = P.emptyDictionary + [0x71, 1] + P.text("up") + [0x68, 0, 0x73]
    refuse(
      P.emptyDictionary + [0x71, 0] + P.text("down") + inner + [0x73], "or in itself")
    // A tuple that is an argument of its own storage.
    refuse([0x5D, 0x71, 0, 0x68, 0, 0x61, 0x51], "a storage with a class")
  }

  @Test func oneValueInVeryManyPlaces() {
    // Forty lists, each of which holds the one before it twice.
    var value: [UInt8] = [0x5D, 0x71, 0]
    for level in 1..<40 {
      let before = UInt8(level - 1)
      value += [0x30, 0x5D, 0x71, UInt8(level), 0x28, 0x68, before, 0x68, before, 0x65]
    }
    refuse(value, "the same values in so many places")
  }

  @Test func deepNesting() throws {
    let depths = [(150, true), (250, false), (100_000, false)]
    for (depth, isRead) in depths {
      let value =
        [UInt8](repeating: 0x5D, count: depth) + [UInt8](repeating: 0x61, count: depth - 1)
      let zip = ListedFile.zip(value).bytes
      if isRead {
        #expect(try file.list(zip).tensors.isEmpty)
      } else {
        file.expectRefusal(zip, "lies deeper than 200")
      }
    }
    refuse([UInt8](repeating: 0x28, count: 1_000_001), "more than 1000000 open containers")
    refuse([UInt8](repeating: 0x4E, count: 1_000_001), "more than 1000000 values on the stack")
    refuse(
      Array(repeatElement([0x4E, 0x30], count: 2_500_001).joined()), "more than 5000000 operations")
  }

  @Test func countsBeyondTheFile() {
    let claims: [[UInt8]] = [
      P.letter("X") + ZipBytes.number(0xFFFF_FFFF, 4), [0x8D] + ZipBytes.number(.max, 8),
      [0x8D] + ZipBytes.number(-1, 8), [0x8B] + ZipBytes.number(0x7FFF_FFFF, 4),
      P.letter("T") + ZipBytes.number(100_000, 4), [0x47, 1, 2],
    ]
    for claim in claims { refuse(claim, "the pickle ends too early") }
  }

  @Test func operationsOutOfPlace() {
    let cases: [([UInt8], String)] = [
      ([], "a value on its stack"), ([0x30], "a value on its stack"),
      ([0x4E, 0x4E], "a use for what is left"), ([0x28, 0x4E], "a use for what is left"),
      ([0x74], "a mark on its stack"), ([0x68, 3], "something remembered as 3"),
      ([0x4E, 0x28, 0x30, 0x30, 0x30], "a value on its stack"),
      ([0x4E, 0x28, 0x85], "a value on its stack"),
      (P.int(1) + P.int(2) + [0x61], "a list for the items"),
      ([0x7D, 0x28, 0x4E, 0x75], "a value for each key"),
      ([0x7D, 0x4E, 0x61], "a list for the items"),
      ([0x5D, 0x28, 0x4E, 0x4E, 0x75], "a dictionary"),
      ([0x5D, 0x28, 0x90], "a set for the items"),
      (P.text("f") + P.letter(")") + [0x52], "a class or function"),
      (P.global("torch", "Size") + P.null + [0x52], "arguments as a tuple"),
      (P.int(1) + P.emptyDictionary + [0x62], "an object for the attributes"),
      (P.int(1) + P.int(1) + [0x93], "the name of a class as texts"),
      (Array("cos".utf8), "on two lines"), ([0x80, 7], "pickle protocol 7"),
      ([0x82, 1], "operation 0x82"), (P.letter("X") + [1, 0, 0, 0, 0xFF], "a text in UTF-8"),
      (P.call(P.global("collections", "OrderedDict"), P.tuple(P.list())), "an empty ordered"),
      ([0x4E, 0x2E, 0x4E], "bytes follow the end"),
    ]
    for (value, text) in cases { refuse(value, text) }
  }

  @Test func keysThatAreGivenTwice() throws {
    let twice = P.dictionary((P.text("a"), P.int(1)), (P.text("a"), P.int(2)))
    refuse(twice, "has the key 'a' twice")
    refuse(P.dictionary((P.text("m"), twice)), "'m' has the key 'a' twice")
    let mixed = P.dictionary(
      (P.int(1), P.int(1)), (P.text("1"), P.int(2)), (P.null, P.int(3)),
      (P.tuple(P.int(1)), P.int(4)))
    #expect(try file.list(mixed, in: []).scalars.map(\.name) == ["1", "1", "None", "#3"])
  }

  @Test func numbersAndTexts() throws {
    let values: [(bytes: [UInt8], value: JSON)] = [
      (P.int(-1), .integer(-1)), ([0x4B, 200], .integer(200)), ([0x4D, 0, 2], .integer(512)),
      ([0x8A, 0], .integer(0)), ([0x8A, 1, 0xFF], .integer(-1)),
      ([0x8A, 2, 0, 0x80], .integer(-32768)),
      ([0x8A, 8] + ZipBytes.number(.min, 8), .integer(.min)),
      ([0x8A, 9] + [UInt8](repeating: 1, count: 9), .string("a whole number of 9 bytes")),
      ([0x47, 0xBF, 0xF8, 0, 0, 0, 0, 0, 0], .number(-1.5)), ([0x88], .bool(true)),
      (P.text("ü"), .string("ü")), ([0x8C, 1, 0x61], .string("a")),
      ([0x43, 2, 1, 2], .string("2 bytes")),
      (P.letter("U") + [1, 0x62], .string("b")), (P.letter("U") + [1, 0xFF], .string("1 bytes")),
      (P.text(String(repeating: "x", count: 5000)), .string("a text of 5000 bytes")),
      (P.call(P.global("torch", "device"), P.tuple(P.text("cuda"), P.int(1))), .string("cuda:1")),
      (
        P.call(P.global("torch", "Size"), P.tuple(P.extents([2, 3]))),
        .array([.integer(2), .integer(3)])
      ),
    ]
    let pairs = values.enumerated().map { P.text("k\($0)") + $1.bytes }.flatMap { $0 }
    let listing = try file.list(P.emptyDictionary + P.letter("(") + pairs + P.letter("u"), in: [])
    #expect(listing.scalars.map(\.value) == values.map(\.value))
    #expect(listing.scalars.first?.name == "k0")
    #expect(try file.list(P.int(5), in: []).scalars == [JSON.Member("", .integer(5))])
    #expect(try file.list(P.list(P.int(5)), in: []).scalars.isEmpty)
    let inner = P.dictionary((P.text("lr"), P.int(5)))
    #expect(try file.list(P.dictionary((P.text("a"), inner)), in: []).scalars.isEmpty)
  }

  @Test func tensorsBeyondTheirStorage() {
    let cases: [(extents: [Int], strides: [Int], offset: Int)] = [
      ([7], [1], 0), ([6], [1], 1), ([2, 3], [4, 1], 0), ([1], [1], 6), ([0], [1], 7),
      ([2], [Int.max], 0), ([3], [Int.max], 0), ([1], [1], Int.max), ([2], [1], Int.max - 1),
    ]
    for (extents, strides, offset) in cases {
      let tensor = P.tensor(extents, strides: strides, offset: offset, storage: floats)
      refuse(tensor, "reaches beyond the 6 elements of storage '0'")
    }
    for (extents, strides, offset) in [
      ([-1], [1], 0), ([1], [-1], 0), ([1], [1], -1), ([1], [], 0),
    ] {
      refuse(
        P.tensor(extents, strides: strides, offset: offset, storage: floats), "an offset, extents")
    }
    // Strides and extents that are no whole numbers: one that is no number, and a truth.
    for part in [P.letter("G") + [0x7F, 0xF8, 0, 0, 0, 0, 0, 0], [0x88], P.null, P.text("1")] {
      let odd = P.letter("(") + part + P.letter("t")
      for (extents, strides) in [(P.extents([1]), odd), (odd, P.extents([1]))] {
        let parts = P.tuple(floats, P.int(0), extents, strides, [0x89], P.null)
        refuse(
          P.call(P.global("torch._utils", "_rebuild_tensor_v2"), parts), "an offset, extents")
      }
    }
    let many = [Int](repeating: 2, count: 65)
    refuse(P.tensor(many, strides: [Int](repeating: 0, count: 65), storage: floats), "an offset")
    refuse(
      P.tensor(
        [Int](repeating: 2, count: 63), strides: [Int](repeating: 0, count: 63), storage: floats),
      "an extent below 2^63")
    let huge = P.tensor([1 << 62], strides: [0], storage: floats)
    refuse(P.list(huge, huge), "fewer than 2^63 elements with the others")
  }

  @Test func storagesThatAreNotThere() {
    func vector(_ storage: [UInt8]) -> [UInt8] { P.tensor([1], strides: [1], storage: storage) }
    refuse(vector(P.storage("1", "FloatStorage", 6)), "storage '1', which the file does not hold")
    refuse(vector(P.storage("../version", "FloatStorage", 1)), "does not hold")
    refuse(vector(P.storage("0", "FloatStorage", 7)), "has 24 bytes where 28 are needed")
    refuse(vector(P.storage("0", "DoubleStorage", 4)), "has 24 bytes where 32 are needed")
    refuse(vector(P.storage("0", "FloatStorage", .max)), "has 24 bytes where")
    refuse(vector(P.storage("0", "FloatStorage", -1)), "a storage with a class")
    refuse(vector(P.storage("0", "UntypedStorage", 24)), "a type of element")
    refuse(vector(P.storage("0", "Size", 1)), "a class of storages")
    refuse(vector(P.null), "a storage")
    refuse(
      P.list(vector(floats), vector(P.storage("0", "IntStorage", 6))),
      "storage '0' is said to be two things")
    refuse(P.parameter(P.parameter(vector(floats))), "a parameter's tensor")
  }

  @Test func textsLongerThanAnyName() {
    let long = P.text(String(repeating: "k", count: 300))
    refuse(P.text("os") + long + [0x93], "more than 256 bytes in a name")
    refuse(P.call(P.global("torch", "device"), P.tuple(long, P.int(0))), "a torch.device")
    refuse(
      P.tensor(
        [1], strides: [1],
        storage: P.storage("0" + String(repeating: "0", count: 64), "FloatStorage", 6)),
      "a storage with a class, a key")
    let longer = P.text(String(repeating: "k", count: 5000))
    refuse(P.dictionary((longer, P.null)), "keys of at most 4096 bytes")
  }

  /// A small file that asks for a large listing: one tensor of 60 axes, one long text, each a
  /// thousand times a thousand times.
  @Test func smallFilesWithLargeListings() {
    let ones = [Int](repeating: 1, count: 60)
    let tensor = P.tensor(ones, strides: ones, storage: floats)
    /// A list of a thousand times what stands under `number` of the memo.
    func thousand(_ number: UInt8) -> [UInt8] {
      var bytes = Array("](".utf8)
      for _ in 0..<1000 { bytes += [UInt8(ascii: "h"), number] }
      return bytes + P.letter("e")
    }
    func kept(_ value: [UInt8], _ number: UInt8) -> [UInt8] {
      value + [UInt8(ascii: "q"), number, UInt8(ascii: "0")]
    }
    refuse(
      kept(tensor, 0) + kept(thousand(0), 1) + thousand(1), "the same values in so many places")
    var texts = kept(P.text(String(repeating: "t", count: 4000)), 0) + Array("}(".utf8)
    for key in 0..<100_000 { texts += P.text(String(key)) + [UInt8(ascii: "h"), 0] }
    refuse(texts + P.letter("u"), "the same values in so many places")
  }

  @Test func keysLongerThanAnyName() {
    let long = P.text(String(repeating: "k", count: 3000))
    let value = P.dictionary((long, P.dictionary((long, P.list()))))
    refuse(value, "keys of at most 4096 bytes together")
  }
}
