import Testing
import ThalwegFormats

/// Files that torch, tensorboardX, TensorFlow and TensorBoard wrote, against what TensorBoard and
/// TensorFlow read in them.
@Suite struct TensorBoardPeerTests {
  static let names = [
    "torch.tfevents", "tensorboardx.tfevents", "tensorflow2.tfevents", "tensorflow1.tfevents",
    "tensors.tfevents",
  ]

  @Test(arguments: names) func readWhatTensorBoardReads(name: String) throws {
    let golden = try #require(
      try Golden.entries("cases", of: "tensorboard_events.json").first {
        $0["name"]?.string == name
      })
    var file = try TensorBoardFile(path: Golden.path(name))
    let ours = try EventFile.rest(&file)
    let theirs = try #require(golden["events"]?.array)
    #expect(ours.count == theirs.count)
    #expect(file.version == "brain.Event:2")
    #expect(file.truncatedAt == nil)
    for (ours, theirs) in zip(ours, theirs) {
      #expect(ours.offset == theirs["offset"]?.int)
      #expect(ours.step == theirs["step"]?.int)
      #expect(ours.wallTime == theirs["wall_time"]?.double)
      #expect(ours.version == theirs["version"]?.string)
      #expect(ours.unread == theirs["unread"]?.string)
      let values = try #require(theirs["values"]?.array)
      #expect(ours.values.count == values.count)
      for (ours, theirs) in zip(ours.values, values) { try compare(ours, theirs) }
    }
  }

  private func compare(_ ours: TensorBoardValue, _ theirs: JSON) throws {
    let tag = try #require(theirs["tag"]?.string)
    #expect(ours.tag == tag)
    switch ours {
    case .scalar(_, let value):
      #expect(theirs["kind"]?.string == "scalar", "\(tag)")
      #expect(same(value, try number(theirs, "value")), "\(tag)")
    case .histogram(_, let histogram):
      #expect(theirs["kind"]?.string == "histogram", "\(tag)")
      try compare(histogram, theirs, tag)
    case .other(_, let plugin):
      #expect(theirs["kind"]?.string == "other", "\(tag)")
      #expect(plugin == theirs["plugin"]?.string, "\(tag)")
    }
  }

  private func compare(_ ours: TensorBoardHistogram, _ theirs: JSON, _ tag: String) throws {
    let upper = try numbers(theirs, "upper")
    let counts = try numbers(theirs, "counts")
    #expect(same(ours.counts, counts), "\(tag)")
    #expect(same(Array(ours.edges.dropFirst()), upper), "\(tag)")
    #expect(ours.edges.count == (counts.isEmpty ? 0 : counts.count + 1), "\(tag)")
    if theirs["lower"] == nil {
      #expect(ours.edges.first == -Double.greatestFiniteMagnitude, "\(tag)")
      #expect(same(try #require(ours.min), try number(theirs, "min")), "\(tag)")
      #expect(same(try #require(ours.max), try number(theirs, "max")), "\(tag)")
      #expect(same(ours.count, try number(theirs, "count")), "\(tag)")
      #expect(same(try #require(ours.sum), try number(theirs, "sum")), "\(tag)")
      #expect(
        same(try #require(ours.sumOfSquares), try number(theirs, "sum_of_squares")), "\(tag)")
    } else {
      let lower = try numbers(theirs, "lower")
      #expect(same(Array(ours.edges.dropLast()), lower), "\(tag)")
      #expect(ours.count == counts.reduce(0, +), "\(tag)")
      #expect(ours.sum == nil && ours.sumOfSquares == nil, "\(tag)")
      // The buckets are made between the smallest and the largest value.
      let held = counts.indices.filter { counts[$0] > 0 }
      #expect((ours.min == nil) == held.isEmpty && (ours.max == nil) == held.isEmpty, "\(tag)")
      if let first = held.first, let last = held.last {
        #expect(same(try #require(ours.min), lower[first]), "\(tag)")
        #expect(same(try #require(ours.max), upper[last]), "\(tag)")
      }
    }
  }

  private func number(_ json: JSON, _ name: String) throws -> Double {
    try #require(json[name]?.double)
  }

  private func numbers(_ json: JSON, _ name: String) throws -> [Double] {
    try #require(json[name]?.array).map { try #require($0.double) }
  }

  /// Equal to the bit, all that are no numbers taken as one.
  private func same(_ a: Double, _ b: Double) -> Bool {
    (a.isNaN && b.isNaN) || a.bitPattern == b.bitPattern
  }

  private func same(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
  }

  /// TensorFlow makes the outer bounds of its buckets the smallest and the largest value.
  @Test func boundsOfTensorFlowsBuckets() throws {
    var file = try TensorBoardFile(path: Golden.path("tensorflow2.tfevents"))
    var bounds: [String: [Double?]] = [:]
    for event in try EventFile.rest(&file) {
      for case .histogram(let tag, let histogram) in event.values {
        bounds[tag] = [histogram.min, histogram.max, histogram.count]
      }
    }
    #expect(bounds["weights"] == [-1.5, 3, 6])
    #expect(bounds["constant"] == [2, 2, 6])
    #expect(bounds["nothing"] == [nil, nil, 0])
    #expect(bounds["no buckets"] == [nil, nil, 0])
  }
}
