import ThalwegRecord

/// Figures of a TensorBoard event file.
///
/// A histogram yields the norm of its numbers where their squares were recorded, else their largest
/// size: for gradients where a part of the tag says so, else for parameters.
struct EventFileReader: RunFileReader {
  private var file: TensorBoardFile
  private var unread = 0
  private var cutAt: Int?

  init(_ path: String) throws {
    file = try TensorBoardFile(path: path)
  }

  mutating func advance(_ collector: RunCollector, isFinal: Bool) throws {
    while let event = try file.next() {
      if event.values.isEmpty { continue }
      collector.progress = Progress(step: event.step)
      for value in event.values {
        switch value {
        case .scalar(let tag, let number):
          collector.figure(tag, number, at: event.offset)
          collector.part(isUnderstood: true)
        case .histogram(let tag, let histogram):
          collector.part(isUnderstood: add(tag, histogram, to: collector, at: event.offset))
        case .other:
          unread += 1
          collector.part(isUnderstood: false)
        }
      }
    }
    cutAt = file.truncatedAt
    if isFinal { remark(collector) }
  }

  private func remark(_ collector: RunCollector) {
    if let cutAt {
      collector.source.remarks.append("ends within a record, at byte \(cutAt)")
    }
    if unread > 0 {
      collector.source.remarks.append("\(unread) texts, images or others hold no figures")
    }
  }

  private func add(
    _ tag: String, _ histogram: TensorBoardHistogram, to collector: RunCollector, at offset: Int
  ) -> Bool {
    let (tensor, isGradient) = EventFileReader.tensor(tag)
    if let squares = histogram.sumOfSquares {
      collector.figure(
        tag, squares.squareRoot(), tensor: tensor,
        role: isGradient ? .gradientNorm : .parameterNorm, at: offset)
      return true
    }
    guard let min = histogram.min, let max = histogram.max else { return false }
    collector.figure(
      tag, Swift.max(abs(min), abs(max)), tensor: tensor,
      role: isGradient ? .gradientMaximum : nil, at: offset)
    return true
  }

  private static let gradientWords: Set<String> = ["grad", "grads", "gradient", "gradients"]

  /// The tensor that a histogram is of: the tag without a first or last part that says `grad`.
  static func tensor(_ tag: String) -> (tensor: String, isGradient: Bool) {
    for separator in ["/", "."] as [Character] {
      var parts = tag.split(separator: separator)
      if parts.count < 2 { continue }
      if let first = parts.first, gradientWords.contains(first.lowercased()) {
        parts.removeFirst()
      } else if let last = parts.last, gradientWords.contains(last.lowercased()) {
        parts.removeLast()
      } else {
        continue
      }
      return (parts.joined(separator: String(separator)), true)
    }
    return (tag, false)
  }
}
