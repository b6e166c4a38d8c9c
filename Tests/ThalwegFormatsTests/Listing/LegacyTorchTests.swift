import Testing
import ThalwegFormats

/// Files of the form before PyTorch 1.6 that no torch.save would write.
@Suite struct LegacyTorchTests {
  private typealias P = PickleBytes
  private let file: ListedFile

  init() throws { file = try ListedFile() }

  private static let number: [UInt8] = [
    0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  /// The parts of a file, each of which a test may change.
  private struct Parts {
    var version = P.int(1001)
    var machine = P.dictionary((P.text("little_endian"), [0x88]))
    var object: [UInt8]
    var keys = P.list(P.text("7"))
    var storages = ZipBytes.number(6, 8) + [UInt8](repeating: 7, count: 24)

    var bytes: [UInt8] {
      LegacyTorchTests.number + [version, machine, object, keys].flatMap(P.whole) + storages
    }
  }

  private static func storage(
    _ key: String = "7", _ type: String = "FloatStorage", _ count: Int = 6, view: [UInt8] = P.null
  ) -> [UInt8] {
    P.tuple(
      P.text("storage"), P.global("torch", type), P.text(key), P.text("cpu"), P.int(count), view)
      + P.letter("Q")
  }

  private let good = Parts(
    object: P.dictionary(
      (P.text("w"), P.tensor([2, 3], strides: [3, 1], storage: LegacyTorchTests.storage()))))

  private func changed(_ change: (inout Parts) -> Void) -> [UInt8] {
    var parts = good
    change(&parts)
    return parts.bytes
  }

  @Test func everyCutIsRefused() throws {
    let whole = good.bytes
    let listing = try file.list(whole)
    #expect(listing.tensors.map(\.path) == ["w"])
    #expect(listing.storedBytes == 24)
    for count in 0..<whole.count { file.expectRefusal(Array(whole[..<count])) }
    file.expectRefusal(whole + [0], "1 bytes follow the last storage")
  }

  @Test func everyChangedByteIsReadOrRefused() throws {
    let whole = good.bytes
    var refused = 0
    for place in whole.indices {
      for mask: UInt8 in [0x01, 0x80, 0xFF] {
        var bytes = whole
        bytes[place] ^= mask
        do {
          #expect(try file.list(bytes).tensors.allSatisfy { $0.elementCount <= 6 })
        } catch {
          refused += 1
          #expect("\(error)".contains(file.path))
          #expect("\(error)".allSatisfy { !$0.isNewline })
        }
      }
    }
    #expect(refused > whole.count)
  }

  @Test func partsThatAreNotWhatTheyShouldBe() {
    file.expectRefusal(changed { $0.version = P.int(1002) }, "the version 1001")
    file.expectRefusal(changed { $0.machine = P.int(1) }, "a dictionary of the machine")
    file.expectRefusal(
      changed { $0.machine = P.dictionary((P.text("little_endian"), [0x89])) }, "big-endian")
    file.expectRefusal(
      changed { $0.machine = P.dictionary((P.text("little_endian"), P.null)) }, "a truth")
    file.expectRefusal(changed { $0.keys = P.int(1) }, "a list of the keys")
    file.expectRefusal(changed { $0.keys = P.list(P.int(7)) }, "keys as texts")
    file.expectRefusal(
      changed { $0.keys = P.list(P.text("7"), P.text("7")) }, "has the key '7' twice")
    file.expectRefusal(changed { $0.keys = P.list(P.text("8")) }, "storage '8' belongs to nothing")
    file.expectRefusal(changed { $0.keys = P.list() }, "bytes follow the last storage")
    file.expectRefusal(
      changed {
        $0.keys = P.list()
        $0.storages = []
      }, "lies in storage '7', which the file does not hold")
    // The number that says what the file is, as something else.
    var bytes = good.bytes
    bytes[14] = 0x4E
    file.expectRefusal(bytes, "a bare pickle")
  }

  @Test func lengthsThatLie() {
    for count in [0, 5, 7, -1, Int.max] {
      file.expectRefusal(
        changed { $0.storages.replaceSubrange(0..<8, with: ZipBytes.number(count, 8)) },
        "storage '7' with the 6 elements of its tensors")
    }
    func said(_ count: Int) -> [UInt8] {
      changed {
        $0.object = P.tensor(
          [1], strides: [1], storage: LegacyTorchTests.storage("7", "FloatStorage", count))
        $0.storages.replaceSubrange(0..<8, with: ZipBytes.number(count, 8))
      }
    }
    for count in [7, 1 << 40, Int.max] { file.expectRefusal(said(count), "it was cut") }
    file.expectRefusal(said(5), "4 bytes follow")
    let tensor = P.tensor([7], strides: [1], storage: LegacyTorchTests.storage())
    file.expectRefusal(changed { $0.object = tensor }, "reaches beyond the 6 elements")
  }

  @Test func storagesOfTwoKinds() {
    func vector(_ storage: [UInt8]) -> [UInt8] { P.tensor([1], strides: [1], storage: storage) }
    file.expectRefusal(
      changed {
        $0.object = P.list(
          vector(LegacyTorchTests.storage()), vector(LegacyTorchTests.storage("7", "IntStorage")))
      }, "is said to be two things")
    file.expectRefusal(
      changed { $0.object = vector(LegacyTorchTests.storage(view: P.tuple(P.text("7")))) },
      "a storage with a class, a key and a length")
    // The five parts of the zip's storages.
    file.expectRefusal(
      changed { $0.object = vector(P.storage("7", "FloatStorage", 6)) }, "belongs to nothing")
  }

  @Test func nothingThatIsNamedIsRun() throws {
    let mark = try TemporaryFolder()
    let evil = P.call(P.global("os", "system"), P.tuple(P.text("touch \(mark["touched"])")))
    for bytes in [
      changed { $0.object = evil }, changed { $0.version = evil }, changed { $0.machine = evil },
      changed { $0.keys = evil },
    ] {
      file.expectRefusal(bytes, "'os.system'", "nothing was run")
    }
    let bytes = changed {
      $0.object = P.dictionary((P.text("a"), evil), (P.text("w"), good.object))
    }
    let listing = try file.list(bytes, skipsUnknown: true)
    #expect(listing.opaque.map(\.path) == ["a"])
    #expect(listing.tensors.map(\.path) == ["w.w"])
    // What stands beside the object is ours to know: nothing of it is skipped.
    file.expectRefusal(changed { $0.keys = evil }, "'os.system'", skipsUnknown: true)
    #expect(!Files.exists(mark["touched"]))
  }

  @Test func valuesThatHoldThemselves() {
    func alone(_ object: [UInt8]) -> [UInt8] {
      changed {
        $0.object = object
        $0.keys = P.list()
        $0.storages = []
      }
    }
    let itself: [UInt8] = [0x5D, 0x71, 0, 0x68, 0, 0x61]
    file.expectRefusal(alone(itself), "lies deeper than 200, or in itself")
    // A storage whose name holds itself.
    file.expectRefusal(alone(itself + [0x51]), "a storage with a class")
    file.expectRefusal(changed { $0.keys = itself }, "keys as texts")
  }

  @Test func aPickleLongerThanTheFirstLook() throws {
    let text = P.text(String(repeating: "n", count: 3 << 20))
    let bytes = changed {
      $0.object = P.dictionary((P.text("note"), text), (P.text("w"), good.object))
    }
    #expect(try file.list(bytes).tensors.map(\.path) == ["w.w"])
  }
}
