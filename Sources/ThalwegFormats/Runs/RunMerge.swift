import ThalwegRecord

/// Puts what several files say of a run together.
struct RunMerge {
  private struct Settings {
    var group: Int
    var isForAll: Bool
    var run: RunCollector.Draft
  }

  private let sources: [SourceRecord]
  private var merged: [(group: Int, record: RunRecord)] = []
  /// The record that files of one run each go into, by group.
  private var shared: [Int: Int] = [:]
  private var settings: [Settings] = []
  private var firstPath: [(group: Int, name: String)] = []

  /// - Parameter sources: all of them, in the order of their indices.
  init(_ sources: [SourceRecord]) { self.sources = sources }

  /// - Parameters:
  ///   - title: what a run of the group is called; nil: by its first file.
  ///   - isForAll: whether settings without figures belong to the runs of all groups.
  mutating func add(
    _ runs: [RunCollector.Draft], path: String, group: Int, title: String?, isForAll: Bool
  ) {
    if !firstPath.contains(where: { $0.group == group }) {
      firstPath.append((group, title ?? path))
    }
    let trained = runs.filter { !$0.series.isEmpty || !$0.incidents.isEmpty || !$0.tensors.isEmpty }
    if trained.isEmpty {
      settings += runs.map { Settings(group: group, isForAll: isForAll, run: $0) }
      return
    }
    if trained.count == 1 {
      let place = place(of: group, name: title ?? path)
      for run in runs { RunMerge.append(run, to: &merged[place].record) }
      return
    }
    for (index, run) in trained.enumerated() {
      var record = RunRecord(name: "\(path) #\(run.name ?? String(index + 1))")
      record.sources = sources
      RunMerge.append(run, to: &record)
      merged.append((group, record))
    }
  }

  private mutating func place(of group: Int, name: String) -> Int {
    if let known = shared[group] { return known }
    var record = RunRecord(name: name)
    record.sources = sources
    merged.append((group, record))
    shared[group] = merged.count - 1
    return merged.count - 1
  }

  private static func append(_ run: RunCollector.Draft, to record: inout RunRecord) {
    record.series += run.series
    record.settings += run.settings
    record.incidents += run.incidents
    record.tensors += run.tensors
  }

  /// One record for each run; where no file has figures, one for each group of settings.
  var records: [RunRecord] {
    var merged = merged
    for (group, name) in firstPath where !merged.contains(where: { $0.group == group }) {
      // Settings that were named on their own belong to the runs that there are.
      let isForAll = settings.contains { $0.group == group && $0.isForAll }
      if isForAll && !merged.isEmpty { continue }
      var record = RunRecord(name: name)
      record.sources = sources
      merged.append((group, record))
    }
    for index in merged.indices {
      for part in settings where part.isForAll || part.group == merged[index].group {
        RunMerge.append(part.run, to: &merged[index].record)
      }
    }
    return merged.map(\.record)
  }
}
