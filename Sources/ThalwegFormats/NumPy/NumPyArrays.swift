/// The arrays of a file of numpy.save, or of a zip of them.
struct NumPyArrays {
  private(set) var tensors: [CheckpointTensor] = []
  private(set) var opaque: [CheckpointListing.Opaque] = []
  private(set) var elementCount = 0
  private(set) var storedBytes = 0
  private(set) var version: String?
  private var orders: Set<Bool> = []
  private var cost = 0
  private let path: String

  var byteOrder: String {
    orders.count > 1 ? "mixed" : orders.contains(true) ? "big" : "little"
  }

  /// A single array.
  /// - Throws: `FileError` or `NPYError`.
  init(_ file: RandomAccessFile) throws {
    path = file.path
    let header = try NPYHeader(
      file.bytes(0..<min(file.length, NPYHeader.sample)), total: file.length, source: path)
    try add(header, path: "", at: .file(file, start: header.length))
  }

  /// The arrays of a zip that numpy.savez or numpy.savez_compressed wrote.
  /// - Throws: `NPYError`.
  init(_ zip: ZipArchive, skipsUnknown: Bool) throws(NPYError) {
    path = zip.file.path
    for entry in zip.entries {
      // What unpacks a zip makes folders of those.
      if entry.name.hasSuffix("/") && entry.bytes == 0 { continue }
      let suffix = ".npy"
      let isArray = entry.name.hasSuffix(suffix)
      let name = isArray ? String(entry.name.dropLast(suffix.count)) : entry.name
      let source = "\(path): \(entry.name)"
      let start = try NumPyArrays.start(of: entry, in: zip)
      if !isArray || !start.starts(with: NPYHeader.magic) {
        if !skipsUnknown { throw .start(source: source) }
        opaque.append(.init(path: name, name: "no array of NumPy"))
        continue
      }
      do throws(NPYError) {
        let header = try NPYHeader(start, total: entry.bytes, source: source)
        try add(header, path: name, at: .entry(zip, entry, start: header.length))
      } catch .type(let source, let description, let reason) {
        if !skipsUnknown {
          throw .type(source: source, description: description, reason: reason)
        }
        opaque.append(.init(path: name, name: "dtype \(description)"))
      }
    }
  }

  /// The first bytes of an entry, as many as any header has.
  private static func start(
    of entry: ZipEntry, in zip: ZipArchive
  ) throws(NPYError) -> [UInt8] {
    do throws(ZipError) {
      let count = min(entry.bytes, NPYHeader.sample)
      if entry.method == ZipEntry.stored {
        let start = try zip.dataStart(of: entry)
        return try ZipArchive.bytes(of: zip.file, start..<start + count)
      }
      var bytes = [UInt8](repeating: 0, count: count)
      let inflater = try Inflater(zip, entry)
      try bytes.withUnsafeMutableBufferPointer { (memory) throws(ZipError) in
        try inflater.fill(UnsafeMutableRawBufferPointer(memory))
      }
      return bytes
    } catch {
      throw .zip(error)
    }
  }

  private mutating func add(
    _ header: NPYHeader, path: String, at place: NumberSource.Place
  ) throws(NPYError) {
    cost += ListingCost.tensor + path.utf8.count + ListingCost.value * header.extents.count
    let (elements, overflow) = elementCount.addingReportingOverflow(header.elementCount)
    let (bytes, tooManyBytes) = storedBytes.addingReportingOverflow(header.byteCount)
    if cost > ListingCost.limit || overflow || tooManyBytes {
      throw .tooMany(path: self.path, limit: ListingCost.limit)
    }
    (elementCount, storedBytes) = (elements, bytes)
    version = version ?? header.version
    if header.element.width > 1 { orders.insert(header.isBigEndian) }
    let isPlain = !header.isFortran || header.extents.count < 2
    tensors.append(
      CheckpointTensor(
        path: path, element: header.element, extents: header.extents,
        elementCount: header.elementCount,
        view: isPlain ? nil : .init(storage: nil, offset: 0, strides: header.strides),
        isParameter: false,
        numbers: NumberSource(
          place, byteCount: header.byteCount, isBigEndian: header.isBigEndian), section: ""))
  }
}
