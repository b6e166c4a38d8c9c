/// What tells the series of one source apart.
package struct SeriesKey: Sendable, Hashable {
  /// The name as the file spells it, with the group that it stands in: `Val F1`, `train/loss`.
  package var name: String
  /// The parameter or tensor it is about; nil: the run as a whole.
  package var tensor: String?
  package var source: Int

  package init(name: String, tensor: String? = nil, source: Int) {
    self.name = name
    self.tensor = tensor
    self.source = source
  }
}

/// All figures of one name in one source, in the order of the file.
///
/// Counts and extremes are exact. Of a long series only samples are kept, each of `stride`
/// consecutive figures; of figures that are not finite the first ones.
package struct Series: Sendable {
  package static let nonFiniteLimit = 100

  package let key: SeriesKey
  package var role: Role?
  /// nil: the file does not say, which for most tools means training.
  package var split: Split?
  /// Finite figures, in order.
  package private(set) var samples: [Sample] = []
  /// How many figures a sample holds, all but the last.
  package private(set) var stride = 1
  /// Figures, finite or not.
  package private(set) var count = 0
  /// Figures that are exactly 0.
  package private(set) var zeros = 0
  /// Places where the file says that there is no figure, as null does.
  package private(set) var nils = 0
  package private(set) var nonFiniteCount = 0
  /// The first figures that are not finite.
  package private(set) var nonFinite: [Point] = []
  package private(set) var first: Point?
  package private(set) var last: Point?

  package init(_ key: SeriesKey, role: Role? = nil, split: Split? = nil) {
    self.key = key
    self.role = role
    self.split = split
  }

  /// The finite figures, one by one; nil where the series is too long to have kept them.
  package var points: [Point]? { stride == 1 ? samples.map(\.low) : nil }

  /// The smallest finite figure.
  package var lowest: Point? {
    samples.lazy.map(\.low).min { $0.value < $1.value }
  }

  /// The largest finite figure.
  package var highest: Point? {
    samples.lazy.map(\.high).max { $0.value < $1.value }
  }

  /// - Parameter keepsNonFinite: whether a figure that is not finite may be kept; it counts anyway.
  package mutating func add(_ point: Point, keepsNonFinite: Bool = true) {
    count += 1
    if first == nil { first = point }
    last = point
    if !point.value.isFinite {
      nonFiniteCount += 1
      if keepsNonFinite && nonFinite.count < Series.nonFiniteLimit { nonFinite.append(point) }
      return
    }
    if point.value == 0 { zeros += 1 }
    if let end = samples.last, end.count < stride {
      samples[samples.count - 1] = end.joined(Sample(point))
    } else {
      samples.append(Sample(point))
    }
  }

  /// The file says that there is no figure here.
  package mutating func addNil() { nils += 1 }

  /// Joins samples by two, so that half as many are kept.
  package mutating func thin() {
    stride *= 2
    var joined: [Sample] = []
    joined.reserveCapacity(samples.count / 2 + 1)
    for index in Swift.stride(from: 0, to: samples.count, by: 2) {
      let isPair = index + 1 < samples.count
      joined.append(isPair ? samples[index].joined(samples[index + 1]) : samples[index])
    }
    samples = joined
  }
}
