private import ThalwegTensor

extension Safetensors {
  /// Reads a file whole and checks that every byte of it belongs to one tensor.
  package static func read(_ path: String) throws(SafetensorsError) -> SafetensorsFile {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try Files.read(path)
    } catch {
      throw .file(error)
    }
    let header = try SafetensorsHeader(ofFile: bytes, path: path)
    var entries: [SafetensorsFile.Entry] = []
    for entry in header.entries {
      guard let element = Element(entry.element) else {
        throw .elementType(
          path: path, name: entry.name, type: entry.element.safetensorsName ?? "something else")
      }
      let place =
        (header.dataStart + entry.range.lowerBound)..<(header.dataStart + entry.range.upperBound)
      entries.append(
        SafetensorsFile.Entry(
          name: entry.name, element: element, shape: try shape(of: entry, path: path),
          bytes: bytes[place]))
    }
    return SafetensorsFile(entries: entries, metadata: header.metadata)
  }

  private static func shape(
    of entry: SafetensorsHeader.Entry, path: String
  ) throws(SafetensorsError) -> Shape {
    func unread(_ reason: String) -> SafetensorsError {
      .shape(path: path, name: entry.name, reason: reason)
    }
    if entry.extents.count > Shape.maximumRank {
      throw unread("\(entry.extents.count) axes, at most \(Shape.maximumRank) are kept")
    }
    for extent in entry.extents where extent > Int32.max {
      throw unread("extent \(extent) is above \(Int32.max)")
    }
    return Shape(entry.extents)
  }
}
