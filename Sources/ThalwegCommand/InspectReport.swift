import ThalwegFormats

/// What is said of a checkpoint, as text and as JSON.
struct InspectReport {
  /// A path beyond it pushes the columns of its own line alone.
  private static let widestColumn = 60

  let inspection: Inspection
  let sharing: [String: Int]
  let parameterCount: Int?

  var listing: CheckpointListing { inspection.listing }
  private var path: String { inspection.path }

  init(_ inspection: Inspection) {
    self.inspection = inspection
    sharing = inspection.listing.sharing
    parameterCount = inspection.listing.parameterCount
  }

  func lines() -> [String] {
    let unopened = listing.opaque.count
    let understood =
      unopened == 0
      ? "all of it understood" : "\(unopened) \(unopened == 1 ? "entry" : "entries") left unopened"
    var lines = ["\(path): \(kind), \(understood)"]
    if !listing.tensors.isEmpty { lines += table() }
    lines.append(counts)
    if !listing.scalars.isEmpty {
      lines.append("at the top:")
      lines += listing.scalars.map { "  \(name($0.name)): \($0.value.compact)" }
    }
    if unopened > 0 {
      lines.append("left unopened:")
      lines += listing.opaque.map { "  \(name($0.path)): \($0.name)" }
    }
    lines += statistics + training + gates + comparison
    return lines.map(\.onOneLine)
  }

  private var kind: String {
    let version = listing.version ?? "not recorded"
    return switch listing.kind {
    case .safetensors: "safetensors file"
    case .torch: "PyTorch checkpoint (zip, version \(version), \(listing.byteOrder)-endian)"
    case .legacyTorch: "PyTorch checkpoint of the form before 1.6 (version \(version))"
    case .npy: "NumPy array (npy, version \(version), \(listing.byteOrder)-endian)"
    case .npz: "NumPy arrays (npz, version \(version), \(listing.byteOrder)-endian)"
    case .thalweg: "Thalweg checkpoint (format \(version))"
    }
  }

  private var counts: String {
    let parameters = parameterCount.map(String.init) ?? "not recorded"
    let storages =
      sharing.isEmpty ? "" : " in \(sharing.count) \(sharing.count == 1 ? "storage" : "storages")"
    return "tensors \(listing.tensors.count), parameters \(parameters), elements "
      + "\(listing.elementCount), bytes \(listing.storedBytes)\(storages)"
  }

  private func table() -> [String] {
    let cells = listing.tensors.map { tensor in
      [
        name(tensor.path), tensor.element.rawValue,
        "[" + tensor.extents.map(String.init).joined(separator: ", ") + "]", notes(tensor),
      ]
    }
    return InspectReport.columns([["tensor", "type", "shape", ""]] + cells)
  }

  /// Rows as lines, with one width for each column.
  static func columns(_ rows: [[String]]) -> [String] {
    let last = (rows.first?.count ?? 1) - 1
    let widths = (0..<last).map { column in
      min(InspectReport.widestColumn, rows.reduce(0) { max($0, Text.columns(of: $1[column])) }) + 2
    }
    return rows.map { row in
      var line = zip(row, widths).map { Text.left($0, $1) }.joined() + row[last]
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  private func notes(_ tensor: CheckpointTensor) -> String {
    var notes: [String] = []
    if tensor.isParameter { notes.append("parameter") }
    if let storage = tensor.view?.storage, let count = sharing[storage], count > 1 {
      notes.append("shares storage \(storage) with \(count - 1)")
    }
    return notes.joined(separator: ", ")
  }

  /// What was saved without a dictionary around it has no keys.
  func name(_ path: String) -> String { path.isEmpty ? "(the saved object)" : path }
}
