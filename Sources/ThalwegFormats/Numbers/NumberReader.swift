/// Reads the bytes of a source in blocks, wherever they are asked for.
final class NumberReader {
  private static let blockBytes = 1 << 20
  /// Steps beyond it are read one element at a time.
  static let sparseBytes = 1 << 15

  let source: NumberSource
  private let allowance: ReadingAllowance
  private let file: RandomAccessFile
  /// Where the first byte lies in the file; nil where the bytes are packed.
  private let start: Int?
  private var inflater: Inflater?
  private let memory: UnsafeMutableRawBufferPointer
  /// What of the source lies in memory.
  private var held = 0..<0

  /// - Parameter block: how many bytes are read at once; nil: as many as reading in order needs.
  init(
    _ source: NumberSource, _ allowance: ReadingAllowance, block: Int? = nil
  ) throws(NumbersError) {
    self.source = source
    self.allowance = allowance
    switch source.place {
    case .file(let file, let start): (self.file, self.start) = (file, start)
    case .entry(let zip, let entry, let skipped):
      file = zip.file
      if entry.method == ZipEntry.stored {
        start =
          try NumberReader.zip { () throws(ZipError) in try zip.dataStart(of: entry) } + skipped
      } else {
        start = nil
      }
    }
    memory = .allocate(
      byteCount: min(block ?? NumberReader.blockBytes, max(1, source.byteCount)), alignment: 16)
  }

  deinit { memory.deallocate() }

  /// The bytes from `offset` on, at least `least` of them, which must lie within the source. They
  /// stay until the next call.
  /// - Parameter isSparse: no more than those are needed.
  func bytes(
    from offset: Int, least: Int, isSparse: Bool = false
  ) throws(NumbersError) -> UnsafeRawBufferPointer {
    if offset < held.lowerBound || offset + least > held.upperBound {
      let most = isSparse ? least : min(memory.count, source.byteCount - offset)
      try load(offset..<offset + most)
    }
    return UnsafeRawBufferPointer(
      rebasing: memory[offset - held.lowerBound..<held.count])
  }

  private func load(_ range: Range<Int>) throws(NumbersError) {
    try allowance.use(range.count)
    held = 0..<0
    let room = UnsafeMutableRawBufferPointer(rebasing: memory[..<range.count])
    if let start {
      do throws(FileError) {
        try file.fill(room, from: start + range.lowerBound)
      } catch {
        throw .file(error)
      }
    } else {
      try unpack(range, into: room)
    }
    held = range
  }

  /// Packed bytes come from front to back alone: what lies before the range is unpacked and left.
  private func unpack(
    _ range: Range<Int>, into room: UnsafeMutableRawBufferPointer
  ) throws(NumbersError) {
    guard case .entry(let zip, let entry, let skipped) = source.place else { return }
    let wanted = skipped + range.lowerBound
    if inflater.map({ $0.position > wanted }) ?? true {
      inflater = try NumberReader.zip { () throws(ZipError) in try Inflater(zip, entry) }
    }
    guard let inflater else { return }
    while inflater.position < wanted {
      let count = min(wanted - inflater.position, memory.count)
      try allowance.use(count)
      let left = UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
      try NumberReader.zip { () throws(ZipError) in try inflater.fill(left) }
    }
    try NumberReader.zip { () throws(ZipError) in try inflater.fill(room) }
  }

  private static func zip<Result>(
    _ body: () throws(ZipError) -> Result
  ) throws(NumbersError) -> Result {
    do throws(ZipError) {
      return try body()
    } catch {
      throw .zip(error)
    }
  }
}
