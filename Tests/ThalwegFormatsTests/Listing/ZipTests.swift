import Testing
import ThalwegFormats

/// Containers of checkpoints, right and hostile.
@Suite struct ZipTests {
  private let file: ListedFile
  private let good: ZipBytes

  init() throws {
    file = try ListedFile()
    let tensor = PickleBytes.tensor(
      [2, 3], strides: [3, 1], storage: PickleBytes.storage("0", "FloatStorage", 6))
    good = ListedFile.zip(PickleBytes.dictionary((PickleBytes.text("w"), tensor)))
  }

  private func changed(_ index: Int, _ change: (inout ZipBytes.Entry) -> Void) -> [UInt8] {
    var zip = good
    change(&zip.entries[index])
    return zip.bytes
  }

  @Test func narrowAndWideRecordsSayTheSame() throws {
    for wide in [ZipBytes.Wide.none, .hidden, .beside] {
      var zip = good
      zip.wide = wide
      zip.comment = Array("PK\u{05}\u{06} a comment".utf8)
      let listing = try file.list(zip.bytes)
      #expect(listing.tensors.map(\.path) == ["w"])
      #expect(listing.storedBytes == 24)
      #expect(listing.version == "3")
    }
  }

  @Test func paddingBeforeDataIsTorchsOwn() throws {
    var zip = good
    for index in zip.entries.indices {
      zip.entries[index].extra =
        Array("FB".utf8) + ZipBytes.number(20, 2) + Array(repeating: 90, count: 20)
    }
    #expect(try file.list(zip.bytes).elementCount == 6)
  }

  @Test func everyCutIsRefused() throws {
    let whole = good.bytes
    #expect(try file.list(whole).tensors.count == 1)
    for count in 0..<whole.count { file.expectRefusal(Array(whole[..<count])) }
  }

  @Test func everyChangedByteIsReadOrRefused() throws {
    let whole = good.bytes
    var refused = 0
    for place in whole.indices {
      for mask: UInt8 in [0x01, 0x80, 0xFF] {
        var bytes = whole
        bytes[place] ^= mask
        do {
          _ = try file.list(bytes)
        } catch {
          refused += 1
          #expect("\(error)".contains(file.path))
          #expect("\(error)".allSatisfy { !$0.isNewline })
        }
      }
    }
    #expect(refused > whole.count)
  }

  @Test(arguments: [
    "../evil", "/etc/passwd", "a/../../b", "..", "a\\b", "a\u{0}b", "", "a/..",
  ])
  func namesThatLeadElsewhere(name: String) {
    file.expectRefusal(
      changed(3) { $0.name = name }, "the entry '", name.isEmpty ? "no name" : "leads out")
  }

  @Test func aNameWithPointsIsNoWayOut() throws {
    #expect(try file.list(changed(3) { $0.name = "a/..b/c.." }).tensors.count == 1)
  }

  @Test func twoEntriesOfOneName() {
    file.expectRefusal(changed(3) { $0.name = "a/data/0" }, "two entries are named 'a/data/0'")
  }

  @Test func entriesThatShareBytes() {
    // The version starts where the storage does, or within it.
    let storage = good.entries[0...1].reduce(0) { $0 + 30 + $1.name.utf8.count + $1.data.count }
    for offset in [storage, storage + 10] {
      file.expectRefusal(changed(3) { $0.saidOffset = offset }, "shares bytes with")
    }
    // A bomb: one storage that claims all the room of the next.
    file.expectRefusal(changed(2) { $0.saidBytes = 60 }, "shares bytes with")
  }

  @Test func placesOutsideTheFile() {
    for offset in [good.bytes.count, 0x7FFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFF] {
      file.expectRefusal(changed(3) { $0.saidOffset = offset }, "byte ")
    }
    for bytes in [1000, 0xFFFF_FFFE] {
      file.expectRefusal(changed(3) { $0.saidBytes = bytes }, "byte ")
    }
    var zip = good
    zip.wide = .hidden
    for bytes in [Int.max, -1, 1 << 40] {
      zip.entries[3].saidBytes = bytes
      file.expectRefusal(zip.bytes, "byte ")
    }
  }

  @Test func compressedAndEncryptedEntries() {
    file.expectRefusal(changed(0) { $0.method = 8 }, "'a/data.pkl' is compressed (method 8)")
    file.expectRefusal(changed(2) { $0.method = 8 }, "'a/data/0' is compressed (method 8)")
    file.expectRefusal(changed(2) { $0.flags = 1 }, "'a/data/0' is encrypted")
  }

  @Test func anOwnHeaderThatSaysOtherwise() {
    file.expectRefusal(changed(0) { $0.localName = "b/data.pkl" }, "a header of 'a/data.pkl'")
    var zip = good.bytes
    zip[8] = 8  // The method in the first entry's own header.
    file.expectRefusal(zip, "a header of 'a/data.pkl'")
  }

  @Test func countsThatAreNotTrue() {
    for count in [0, 3, 5, 0xFFFF] {
      var zip = good
      zip.saidCount = count
      file.expectRefusal(zip.bytes, "entries in its directory (there are 4)")
    }
    var zip = good
    zip.wide = .beside
    var bytes = zip.bytes
    bytes[bytes.count - 22 + 8] = 9
    bytes[bytes.count - 22 + 10] = 9
    file.expectRefusal(bytes, "end records that agree")
  }

  @Test func aTextThatClaimsToBeLong() {
    file.expectRefusal(
      changed(1) { $0.data = [UInt8](repeating: 65, count: 65) }, "'a/byteorder' has 65 bytes")
  }
}
