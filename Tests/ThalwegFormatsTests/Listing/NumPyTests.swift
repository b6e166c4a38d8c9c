import Testing
import ThalwegFormats

/// Arrays that NumPy wrote, against what it says of them, and some that it would not write.
@Suite struct NumPyTests {
  private let file: ListedFile

  init() throws { file = try ListedFile("a.npy") }

  @Test(arguments: ["arrays.npz", "packed.npz", "turned.npy", "version_2.npy"])
  func sayWhatNumPySays(name: String) throws {
    let golden = try #require(
      try Golden.entries("cases", of: "arrays.json").first { $0["name"]?.string == name })
    let listing = try CheckpointListing.read(Golden.path(name))
    let theirs = try #require(golden["arrays"]?.array)
    #expect(listing.kind == (name.hasSuffix(".npz") ? .npz : .npy))
    #expect(listing.version == (name == "version_2.npy" ? "2.0" : "1.0"))
    #expect(listing.byteOrder == (name.hasSuffix(".npz") ? "mixed" : "little"))
    #expect(listing.tensors.map { Optional($0.path) } == theirs.map { $0["path"]?.string })
    for (ours, theirs) in zip(listing.tensors, theirs) {
      #expect(ours.element.rawValue == theirs["type"]?.string, "\(ours.path)")
      #expect(ours.extents == theirs["shape"]?.array?.compactMap(\.int), "\(ours.path)")
      #expect(
        ours.view?.strides == theirs["strides"]?.array?.compactMap(\.int), "\(ours.path)")
      #expect(ours.view?.storage == nil)
    }
    let elements = theirs.reduce(0) {
      $0 + ($1["shape"]?.array ?? []).compactMap(\.int).reduce(1, *)
    }
    #expect(listing.elementCount == elements)
  }

  @Test func whatIsNoNumberIsLeftUnopened() throws {
    let listing = try CheckpointListing.read(Golden.path("objects.npz"), skipsUnknown: true)
    #expect(listing.tensors.map(\.path) == ["plain"])
    #expect(listing.opaque.map(\.path) == ["objects", "texts"])
    #expect(listing.opaque.map(\.name) == ["dtype '|O'", "dtype '<U1'"])
  }

  /// An array of `data` bytes under a header of any text.
  private func array(
    _ header: String, data: Int = 8, version: [UInt8] = [1, 0], length: Int? = nil
  ) -> [UInt8] {
    [0x93] + Array("NUMPY".utf8) + version
      + ZipBytes.number(length ?? header.utf8.count, version[0] == 1 ? 2 : 4)
      + Array(header.utf8) + [UInt8](repeating: 0, count: data)
  }

  private func header(
    _ descr: String = "'<f4'", _ order: String = "False", _ shape: String = "(2,)"
  ) -> String {
    "{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }"
  }

  @Test func everyCutIsRefused() throws {
    let whole = array(header())
    #expect(try file.list(whole).elementCount == 2)
    for count in 0..<whole.count { file.expectRefusal(Array(whole[..<count])) }
    file.expectRefusal(whole + [0], "has 9 bytes of numbers where its shape needs 8")
  }

  @Test func spellingsThatPythonWouldTake() throws {
    for text in [
      "{\"shape\": (2,), 'fortran_order':False,'descr':'<f4'}  \n",
      header("'<f4'", "True", "(2L,)"),
      header("'<f4'", "False", "(1, 2)"), header("'<f4'", "False", "(2, 1,)"),
      header("'>f8'", "False", "()"),
    ] {
      #expect(try file.list(array(text)).tensors.count == 1, "\(text)")
    }
    #expect(try file.list(array(header(), version: [3, 0])).version == "3.0")
  }

  @Test func headersThatAreNoneOfNumPys() {
    let cases: [(String, String)] = [
      ("", "'{'"), ("{}", "'descr', 'fortran_order' and 'shape'"), ("[]", "'{'"),
      ("{'descr': '<f4'}", "'fortran_order' and 'shape'"),
      ("{'descr': '<f4', 'descr': '<f4'}", "once"), (header() + "x", "an end behind"),
      ("{'a': 1}", "no other key"), ("{'descr' '<f4'}", "':'"), ("{descr: 1}", "a key in quotes"),
      (header("eval('1')"), "a dtype in quotes"), (header("'\\x3cf4'"), "no backslash"),
      (header("'<f4"), "lacks"), (header("[('a', '<f4')]"), "is a structure"),
      (header("'<f4'", "0"), "True or False"), (header("'<f4'", "true"), "True or False"),
      (header("'<f4'", "False", "[2]"), "'('"), (header("'<f4'", "False", "(2)"), "a comma"),
      (header("'<f4'", "False", "(-2,)"), "an extent"), (header("'<f4'", "False", "(2.0,)"), "','"),
      (header("'<f4'", "False", "(2,,)"), "an extent"), (header("'<f4'", "False", "(2"), "lacks"),
      (header("'<f4'", "False", "(0x2,)"), "','"),
      (header("'<f4'", "False", "(99999999999999999999,)"), "an extent is beyond 64 bits"),
      (header("'<f4'", "False", "(4611686018427387904, 4)"), "its product is beyond 64 bits"),
      (header("'<f4'", "False", "(2305843009213693952, 1)"), "its product is beyond 64 bits"),
      (header("'<f4'", "False", "(" + String(repeating: "1,", count: 65) + ")"), "64 axes"),
      (header("'f4'"), "is none that NumPy writes"), (header("''"), "is none that NumPy writes"),
      (header("'|f4'"), "the order of its bytes"), (header("'=f4'"), "the order of its bytes"),
      (header("'<f3'"), "is not read"), (header("'|O'"), "holds Python objects"),
      (header("'" + String(repeating: "<", count: 99) + "'"), "<<<...'"),
      (header("'<f4'", "False", "(3,)"), "has 8 bytes of numbers where its shape needs 12"),
      ("{'descr': '\u{FF}\n', ", "a key in quotes"), ("{'descr': 'a\n\u{1B}[2J'", "lacks"),
    ]
    for (text, said) in cases { file.expectRefusal(array(text), said) }
    for version: [UInt8] in [[0, 0], [4, 0], [1, 1]] {
      file.expectRefusal(array(header(), version: version), "of the npy format is not read")
    }
    file.expectRefusal(
      array(header(), version: [2, 0], length: 0xFFFF_FFFF), "of 4294967295 bytes")
    file.expectRefusal(array(header(), length: 10_001), "at most 10000 are")
    file.expectRefusal(array(header(), length: 900), "too few")
  }

  @Test func anEmptyArrayOfHugeExtents() throws {
    for order in ["False", "True"] {
      let text = header("'<f4'", order, "(0, 9223372036854775807, 9223372036854775807)")
      #expect(try file.list(array(text, data: 0)).elementCount == 0)
    }
  }

  @Test func zipsOfWhatIsNoArray() throws {
    let good = ZipBytes.Entry(name: "w.npy", data: array(header()))
    for entry in [
      ZipBytes.Entry(name: "notes.txt", data: [65]), .init(name: "x.npy", data: [65, 66]),
      .init(name: "y.npy", data: []),
    ] {
      let zip = ZipBytes([good, entry]).bytes
      file.expectRefusal(zip, "\(entry.name): does not start as an array")
      let listing = try file.list(zip, skipsUnknown: true)
      #expect(listing.tensors.map(\.path) == ["w"])
      #expect(listing.opaque.count == 1)
    }
    #expect(try file.list(ZipBytes([good, .init(name: "a/", data: [])]).bytes).opaque.isEmpty)
    file.expectRefusal(
      ZipBytes([.init(name: "w.npy", data: array(header()).dropLast())]).bytes,
      "w.npy: has 7 bytes of numbers where its shape needs 8")
    var lzma = good
    lzma.method = 14
    file.expectRefusal(ZipBytes([lzma]).bytes, "by method 14, of which none but deflate")
  }

  @Test func compressedArraysThatLie() throws {
    let whole = try Files.read(Golden.path("packed.npz"))
    #expect(try file.list(whole).tensors.count == 23)
    // Each byte in turn; the first headers, where most of the file's own numbers lie.
    var refused = 0
    for place in 0..<600 {
      var bytes = whole
      bytes[place] ^= 0xFF
      do {
        _ = try file.list(bytes)
      } catch {
        refused += 1
        #expect("\(error)".contains(file.path))
        #expect("\(error)".allSatisfy { !$0.isNewline })
      }
    }
    #expect(refused > 100)
    // A method without what it needs: nothing packed, or no deflate at all.
    var bomb = ZipBytes.Entry(name: "w.npy", data: array(header()))
    bomb.method = 8
    bomb.data = [UInt8](repeating: 0xFF, count: 80)
    file.expectRefusal(ZipBytes([bomb]).bytes, "'w.npy' is not packed by deflate")
    bomb.saidStored = bomb.data.count
    bomb.saidBytes = 1 << 20
    file.expectRefusal(ZipBytes([bomb]).bytes, "more than can be packed")
    bomb.data = []
    bomb.saidStored = 0
    bomb.saidBytes = 100
    file.expectRefusal(ZipBytes([bomb]).bytes, "ends too early")
  }
}
