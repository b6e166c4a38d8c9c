import ThalwegFormats

/// The listing of a checkpoint as text and as JSON.
struct InspectReport {
  /// A path beyond it pushes the columns of its own line alone.
  private static let widestColumn = 60

  private let listing: CheckpointListing
  private let path: String
  private let sharing: [String: Int]
  private let parameterCount: Int?

  init(_ listing: CheckpointListing, path: String) {
    self.listing = listing
    self.path = path
    sharing = listing.sharing
    parameterCount = listing.parameterCount
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
    let rows = [["tensor", "type", "shape", ""]] + cells
    let widths = (0..<3).map { column in
      min(InspectReport.widestColumn, rows.reduce(0) { max($0, $1[column].count) }) + 2
    }
    return rows.map { row in
      var line = zip(row, widths).map { Text.left($0, $1) }.joined() + row[3]
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
  private func name(_ path: String) -> String { path.isEmpty ? "(the saved object)" : path }

  var json: JSON {
    .object([
      .init("format", .integer(1)),
      .init("path", .string(path)),
      .init("kind", .string(listing.kind.rawValue)),
      .init("version", listing.version.map(JSON.string) ?? .null),
      .init("byte_order", .string(listing.byteOrder)),
      .init(
        "counts",
        .object([
          .init("tensors", .integer(listing.tensors.count)),
          .init("parameters", parameterCount.map(JSON.integer) ?? .null),
          .init("elements", .integer(listing.elementCount)),
          .init("bytes", .integer(listing.storedBytes)),
          .init("storages", sharing.isEmpty ? .null : .integer(sharing.count)),
        ])),
      .init("tensors", .array(listing.tensors.map(member))),
      .init(
        "scalars",
        .array(
          listing.scalars.map {
            .object([.init("name", .string($0.name)), .init("value", $0.value)])
          })),
      .init(
        "unopened",
        .array(
          listing.opaque.map {
            .object([.init("path", .string($0.path)), .init("made_by", .string($0.name))])
          })),
    ])
  }

  private func member(_ tensor: CheckpointTensor) -> JSON {
    let view = tensor.view
    return .object([
      .init("path", .string(tensor.path)),
      .init("type", .string(tensor.element.rawValue)),
      .init("shape", .array(tensor.extents.map(JSON.integer))),
      .init("elements", .integer(tensor.elementCount)),
      .init("is_parameter", parameterCount != nil ? .bool(tensor.isParameter) : .null),
      .init("storage", view?.storage.map(JSON.string) ?? .null),
      .init("offset", view.map { JSON.integer($0.offset) } ?? .null),
      .init("strides", view.map { JSON.array($0.strides.map(JSON.integer)) } ?? .null),
      .init(
        "shares_storage",
        view?.storage.map { JSON.bool(sharing[$0, default: 0] > 1) } ?? .null),
    ])
  }
}
