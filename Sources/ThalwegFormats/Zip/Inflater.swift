private import CZlib

/// Unpacks an entry of a zip from front to back, a block at a time, and never more of it than the
/// directory states.
final class Inflater {
  private static let blockBytes = 1 << 16
  /// Deflate spends at least two bits on a run of 258 bytes.
  private static let largestRatio = 1032

  private let archive: ZipArchive
  private let entry: ZipEntry
  private var packed: Range<Int>
  private var block: [UInt8] = []
  private var used = 0
  private var isEnded = false
  private var checksum: uLong = 0
  /// How many bytes were unpacked.
  private(set) var position = 0
  /// zlib keeps a pointer to it, so that it must not move.
  private let stream: UnsafeMutablePointer<z_stream>

  init(_ archive: ZipArchive, _ entry: ZipEntry) throws(ZipError) {
    let path = archive.file.path
    if entry.method != ZipEntry.deflated {
      throw .method(path: path, name: entry.name, method: entry.method)
    }
    if entry.bytes / Inflater.largestRatio > entry.storedBytes {
      throw .bomb(path: path, name: entry.name, bytes: entry.bytes, stored: entry.storedBytes)
    }
    let start = try archive.dataStart(of: entry)
    self.archive = archive
    self.entry = entry
    packed = start..<start + entry.storedBytes
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // Below zero: deflate without a header of zlib's own.
    let code = inflateInit2_(
      stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    if code != Z_OK { throw fault("cannot be unpacked (zlib code \(code))") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills memory, of which there may not be more than what is left of the entry.
  func fill(_ memory: UnsafeMutableRawBufferPointer) throws(ZipError) {
    var filled = 0
    while filled < memory.count {
      if isEnded { throw fault("ends too early") }
      filled += try unpack(UnsafeMutableRawBufferPointer(rebasing: memory[filled...]))
    }
    checksum = crc32_z(checksum, memory.baseAddress?.assumingMemoryBound(to: UInt8.self), filled)
    position += filled
    if position == entry.bytes { try finish() }
  }

  /// - Returns: how many bytes were unpacked; 0 where packed ones were only taken in.
  private func unpack(_ room: UnsafeMutableRawBufferPointer) throws(ZipError) -> Int {
    if used == block.count { try load() }
    let count = min(room.count, Int(UInt32.max))
    let code = block.withUnsafeMutableBytes { memory in
      stream.pointee.next_in = memory.baseAddress.map {
        $0.assumingMemoryBound(to: UInt8.self) + used
      }
      stream.pointee.avail_in = uInt(memory.count - used)
      stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = uInt(count)
      return inflate(stream, Z_NO_FLUSH)
    }
    used = block.count - Int(stream.pointee.avail_in)
    isEnded = code == Z_STREAM_END
    if !isEnded && code != Z_OK { throw fault("is not packed by deflate") }
    return count - Int(stream.pointee.avail_out)
  }

  private func load() throws(ZipError) {
    if packed.isEmpty { throw fault("ends too early") }
    let end = min(packed.upperBound, packed.lowerBound + Inflater.blockBytes)
    block = try ZipArchive.bytes(of: archive.file, packed.lowerBound..<end)
    packed = end..<packed.upperBound
    used = 0
  }

  /// Sees to it that the entry ends where its directory says, with the bytes that were packed.
  private func finish() throws(ZipError) {
    let count = try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) {
      (room) throws(ZipError) in
      var count = 0
      while !isEnded && count == 0 { count = try unpack(room) }
      return count
    }
    if count > 0 { throw fault("holds more than its directory says") }
    if Int(checksum) != entry.checksum { throw fault("has another checksum than its directory") }
  }

  private func fault(_ reason: String) -> ZipError {
    .deflate(path: archive.file.path, name: entry.name, at: position, reason: reason)
  }
}
