extension TensorBoardHistogram {
  /// Reads a `HistogramProto`, see tensorboard/compat/proto/histogram.proto.
  /// - Parameter room: bytes that the numbers may still take.
  init(_ message: ProtobufReader, room: inout Int) throws(ProtobufError) {
    var reader = message
    var figures = [Double](repeating: 0, count: 5)
    var limits: [UInt64] = []
    var counts: [UInt64] = []
    let most = room / (2 * MemoryLayout<Double>.size)
    while let field = try reader.next() {
      switch field.number {
      case 1...5: figures[field.number - 1] = try field.double()
      case 6: try field.append(to: &limits, .fixed64, limit: most)
      case 7: try field.append(to: &counts, .fixed64, limit: most)
      default: break
      }
    }
    if limits.count != counts.count {
      throw ProtobufError(
        position: message.position,
        reason: "a histogram has \(limits.count) bounds and \(counts.count) counts")
    }
    room -= (limits.count + counts.count) * MemoryLayout<Double>.size
    let lowest = limits.isEmpty ? [] : [-Double.greatestFiniteMagnitude]
    self.init(
      min: figures[0], max: figures[1], count: figures[2], sum: figures[3],
      sumOfSquares: figures[4], edges: lowest + limits.map(Double.init(bitPattern:)),
      counts: counts.map(Double.init(bitPattern:)))
  }

  /// Reads rows of lower bound, upper bound and count, the form of TensorFlow 2; nil where a bucket
  /// does not begin where the one before it ends.
  init?(rows: [Double]) {
    var edges: [Double] = []
    var counts: [Double] = []
    for row in stride(from: 0, to: rows.count - 2, by: 3) {
      let (lower, upper) = (rows[row], rows[row + 1])
      if let last = edges.last {
        if !(last == lower || (last.isNaN && lower.isNaN)) { return nil }
      } else {
        edges.append(lower)
      }
      edges.append(upper)
      counts.append(rows[row + 2])
    }
    self.init(
      min: counts.firstIndex { $0 > 0 }.map { edges[$0] },
      max: counts.lastIndex { $0 > 0 }.map { edges[$0 + 1] }, count: counts.reduce(0, +),
      sum: nil, sumOfSquares: nil, edges: edges, counts: counts)
  }
}
