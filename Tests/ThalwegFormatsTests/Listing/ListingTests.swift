import Testing
import ThalwegFormats

/// Checkpoints that torch and safetensors wrote, against what these say of them.
@Suite struct ListingTests {
  @Test(arguments: [
    "whole.pt", "state_dict.pt", "parameters.pt", "tensor.pt", "legacy.pt", "legacy_protocol_4.pt",
  ])
  func sayWhatTorchSays(name: String) throws {
    let golden = try #require(
      try Golden.entries("cases", of: "checkpoints.json").first { $0["name"]?.string == name })
    let listing = try CheckpointListing.read(Golden.path(name))
    let theirs = try #require(golden["tensors"]?.array)
    #expect(listing.kind == (name.hasPrefix("legacy") ? .legacyTorch : .torch))
    #expect(listing.byteOrder == "little")
    #expect(listing.tensors.map { Optional($0.path) } == theirs.map { $0["path"]?.string })
    #expect(listing.elementCount == golden["elements"]?.int)
    #expect(listing.storedBytes == golden["bytes"]?.int)
    #expect(listing.parameterCount ?? 0 == golden["parameters"]?.int)
    #expect(listing.opaque.isEmpty)
    // Storages have other names there; which tensors share one must be the same.
    var storages: [String: Int] = [:]
    for (ours, theirs) in zip(listing.tensors, theirs) {
      #expect(ours.element.rawValue == theirs["type"]?.string, "\(ours.path)")
      #expect(ours.extents == theirs["shape"]?.array?.compactMap(\.int), "\(ours.path)")
      let view = try #require(ours.view)
      #expect(view.strides == theirs["strides"]?.array?.compactMap(\.int), "\(ours.path)")
      #expect(view.offset == theirs["offset"]?.int, "\(ours.path)")
      #expect(ours.isParameter == theirs["is_parameter"]?.bool, "\(ours.path)")
      let storage = try #require(view.storage)
      let number = storages[storage, default: storages.count]
      storages[storage] = number
      #expect(number == theirs["storage"]?.int, "\(ours.path)")
    }
  }

  @Test(arguments: [("whole.pt", "3"), ("legacy.pt", "1001")])
  func scalarsOfTheTop(name: String, version: String) throws {
    let listing = try CheckpointListing.read(Golden.path(name))
    #expect(
      listing.scalars == [
        .init("epoch", .integer(3)), .init("lr", .number(0.01)),
        .init("note", .string("two\nlines, ü")), .init("done", .bool(false)), .init("best", .null),
        .init("loss", .number(.infinity)), .init("large", .string("a whole number of 11 bytes")),
        .init("negative", .integer(-(1 << 40))),
        .init("shape", .array([.integer(2), .integer(3)])),
        .init("device", .string("cuda:1")),
      ])
    #expect(listing.parameterCount == nil)
    #expect(listing.version == version)
  }

  @Test func aTensorAloneHasNoKeys() throws {
    let listing = try CheckpointListing.read(Golden.path("tensor.pt"))
    #expect(listing.tensors.map(\.path) == [""])
    #expect(listing.tensors.map(\.elementCount) == [4])
  }

  @Test(arguments: [
    ("module.pt", "torch.nn.modules.linear.Linear", ""),
    ("legacy_module.pt", "__main__.Small", "model"),
  ])
  func wholeModulesAreRefusedOrLeftUnopened(name: String, made: String, keys: String) throws {
    let path = Golden.path(name)
    do {
      _ = try CheckpointListing.read(path)
      Issue.record("was not refused")
    } catch {
      #expect("\(error)".contains("'\(made)'"))
    }
    let listing = try CheckpointListing.read(path, skipsUnknown: true)
    #expect(listing.opaque.map(\.name) == [made])
    #expect(listing.opaque.map(\.path) == [keys])
    #expect(listing.tensors.isEmpty)
  }

  @Test(arguments: [
    ("script.pt", "a TorchScript archive, which is not read yet"),
    ("objects.npz", "objects.npy: its dtype '|O' holds Python objects"),
    ("fields.npy", "is a structure"), ("dates.npy", "'<M8[s]' holds dates"),
    ("long.npy", "'<f16' is not read"), ("bytes.npy", "'|V3' holds bytes of no type"),
    ("checkpoints.json", "starts like no checkpoint that is known"),
    ("", "is a folder without state.json"),
    ("gone.pt", "no such file or folder"),
  ])
  func otherKindsGetOneClearLine(name: String, text: String) {
    do {
      _ = try CheckpointListing.read(Golden.path(name))
      Issue.record("was not refused: \(name)")
    } catch {
      #expect("\(error)".contains(text), "\(error)")
      #expect("\(error)".contains(Golden.path(name)), "\(error)")
      #expect("\(error)".allSatisfy { !$0.isNewline })
    }
  }

  @Test func kindsAreToldByContent() throws {
    let file = try ListedFile("a.safetensors")
    #expect(try file.list(Files.read(Golden.path("tensor.pt"))).kind == .torch)
    #expect(try file.list(Files.read(Golden.path("types.safetensors"))).kind == .safetensors)
    #expect(try file.list(Files.read(Golden.path("legacy.pt"))).kind == .legacyTorch)
    #expect(try file.list(Files.read(Golden.path("arrays.npz"))).kind == .npz)
    #expect(try file.list(Files.read(Golden.path("turned.npy"))).kind == .npy)
    for (bytes, text) in [
      ([], "starts like no"), ([0x80], "starts like no"), ([0x80, 2, 0x4E, 0x2E], "a bare pickle"),
      ([0x93] + Array("NUMPY".utf8), "too few for an array"),
      ([0x89] + Array("HDF".utf8), "an HDF5 file"),
      (Array("{\"a\": {\"b\": 1}}".utf8), "starts like no"),
      (Array("epoch,loss\n".utf8), "starts like no"),
    ] as [([UInt8], String)] {
      file.expectRefusal(bytes, text)
    }
    file.expectRefusal(
      ZipBytes([.init(name: "x.txt", data: [1])]).bytes, "torch.save did not write it")
    file.expectRefusal(ZipBytes([]).bytes, "torch.save did not write it")
  }

  @Test func devicesAreNoFiles() {
    #expect(throws: FileError.self) { try CheckpointListing.read("/dev/zero") }
  }

  @Test func safetensorsOfEveryType() throws {
    let listing = try CheckpointListing.read(Golden.path("types.safetensors"))
    let theirs = try Golden.entries("safetensors", of: "checkpoints.json")
    #expect(listing.tensors.count == theirs.count)
    for their in theirs {
      let ours = try #require(listing.tensors.first { $0.path == their["path"]?.string })
      #expect(ours.element.rawValue == their["type"]?.string)
      #expect(ours.extents == their["shape"]?.array?.compactMap(\.int))
      #expect(ours.view == nil)
    }
    let known = Set(listing.tensors.map(\.element))
    #expect(known == Set(ElementType.allCases.filter { $0.safetensorsName != nil }))
    #expect(listing.elementCount == 15 * 6 + 1)
    #expect(listing.parameterCount == nil)
    #expect(listing.scalars == [JSON.Member("step", .string("12"))])
  }

  @Test func hostileSafetensors() throws {
    let file = try ListedFile()
    func bytes(_ header: String, data: Int, length: Int? = nil) -> [UInt8] {
      ZipBytes.number(length ?? header.utf8.count, 8) + Array(header.utf8)
        + [UInt8](repeating: 0, count: data)
    }
    let half = "\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}"
    let whole = bytes("{\(half)}", data: 4)
    #expect(try file.list(whole).tensors.map(\.element) == [.float16])
    for count in 0..<whole.count { file.expectRefusal(Array(whole[..<count])) }
    file.expectRefusal(bytes("{\(half),\(half)}", data: 4), "the name 'a' is given twice")
    file.expectRefusal(bytes("{\(half)}", data: 5), "1 bytes from 4 on belong to no tensor")
    file.expectRefusal(bytes("{\(half)}", data: 4, length: 100_000_001), "longer than the file")
    file.expectRefusal(
      bytes("{\"a\":{\"dtype\":\"F7\",\"shape\":[],\"data_offsets\":[0,4]}}", data: 4), "'F7'")
    // The most axes that are read, and one more.
    for count in [64, 65] {
      let shape = [String](repeating: "1", count: count).joined(separator: ",")
      let header = "{\"a\":{\"dtype\":\"F16\",\"shape\":[\(shape)],\"data_offsets\":[0,2]}}"
      if count == 64 {
        #expect(try file.list(bytes(header, data: 2)).tensors.first?.extents.count == 64)
      } else {
        file.expectRefusal(bytes(header, data: 2), "65 axes, at most 64 are read")
      }
    }
    file.expectRefusal(
      bytes("{\(half),\"b\":{\"dtype\":\"I8\",\"shape\":[],\"data_offsets\":[3,4]}}", data: 4),
      "'b' shares bytes from 3 on")
  }
}
