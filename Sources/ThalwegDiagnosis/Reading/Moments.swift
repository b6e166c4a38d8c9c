import ThalwegRecord

/// Figures of several series that were written at the same moment of the training.
enum Moments {
  /// What two figures of one moment have in common.
  private struct Moment: Hashable {
    var step: Int?
    var epoch: Double?
    var batch: Int?
    var position: Int?
  }

  /// One row for each moment at which all series have a figure, in the order of the first series.
  ///
  /// Figures of one line or record belong together; else those with the same progress, where it
  /// names one figure of each series. Of series too long to have kept their figures, the means of
  /// their samples stand in, where the series were written together from first to last.
  static func rows(_ series: [Series]) -> [[Point]] {
    let points = series.map(\.points)
    if points.allSatisfy({ $0 != nil }) { return rows(points.compactMap { $0 }) }
    guard let first = series.first else { return [] }
    let isOneCourse = series.allSatisfy {
      $0.stride == first.stride && $0.count == first.count
        && $0.samples.count == first.samples.count && $0.first?.progress == first.first?.progress
        && $0.last?.progress == first.last?.progress
    }
    if !isOneCourse { return [] }
    return first.samples.indices.map { index in
      series.map { one in
        let sample = one.samples[index]
        return Point(sample.mean, sample.low.progress, sample.low.place)
      }
    }
  }

  static func rows(_ series: [[Point]]) -> [[Point]] {
    guard let first = series.first, !series.contains(where: \.isEmpty) else { return [] }
    let all = series.joined()
    let source = first[0].place.source
    var ways: [(Point) -> Moment] = []
    if all.allSatisfy({ $0.place.source == source }) {
      if all.allSatisfy({ $0.place.position != nil }) {
        ways.append { Moment(position: $0.place.position) }
      }
      if all.allSatisfy({ $0.progress != Progress() }) {
        ways.append {
          Moment(step: $0.progress.step, epoch: $0.progress.epoch, batch: $0.progress.batch)
        }
      }
    } else if all.allSatisfy({ $0.progress.step != nil }) {
      ways.append { Moment(step: $0.progress.step) }
    } else if all.allSatisfy({ $0.progress.epoch != nil }) {
      ways.append { Moment(epoch: $0.progress.epoch, batch: $0.progress.batch) }
    }
    var best: [[Point]] = []
    for way in ways {
      let found = rows(series, by: way)
      if found.count > best.count { best = found }
    }
    return best
  }

  private static func rows(_ series: [[Point]], by moment: (Point) -> Moment) -> [[Point]] {
    let tables = series.map { points in
      // A moment that names several figures names none.
      Dictionary(points.map { (moment($0), Optional($0)) }) { _, _ in nil }
    }
    return series[0].compactMap { point in
      let row = tables.compactMap { $0[moment(point)] ?? nil }
      return row.count == series.count ? row : nil
    }
  }
}
