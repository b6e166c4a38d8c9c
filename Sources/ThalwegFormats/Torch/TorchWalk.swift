/// Visits everything in a checkpoint in its own order. A value may lie in several places, or in
/// itself; limits of depth and of the bytes that all paths take end that.
struct TorchWalk {
  private struct Visit {
    let value: Int
    let path: String
    let depth: Int
    /// Only numbers and texts of the dictionary at the top are listed: below, and in lists,
    /// optimizers and histories keep thousands.
    let isListed: Bool
    /// The first key, where there is one below it.
    let section: String
  }

  /// More of them are not looked for.
  private static let optimizerLimit = 16

  private static let depthLimit = 200
  private static let pathLimit = 4096

  private(set) var objects: TorchObjects
  private(set) var tensors: [CheckpointTensor] = []
  private(set) var scalars: [JSON.Member] = []
  private(set) var opaque: [CheckpointListing.Opaque] = []
  private(set) var optimizers: [OptimizerState] = []
  private(set) var elementCount = 0
  private let file: TorchFile
  private var cost = 0
  private var pending: [Visit]

  init(_ file: TorchFile) {
    self.file = file
    objects = TorchObjects(file)
    pending = [Visit(value: file.pickle.root, path: "", depth: 0, isListed: true, section: "")]
  }

  mutating func run() throws(TorchError) {
    while let visit = pending.popLast() {
      switch try objects.object(visit.value, at: visit.path, in: visit.section) {
      case .tensor(let tensor): try add(tensor)
      case .scalar(let value):
        if visit.isListed { try add(value, at: visit.path) }
      case .opaque(let name): opaque.append(.init(path: visit.path, name: name))
      case .container(let members): try open(members, of: visit)
      }
    }
  }

  private mutating func add(_ value: JSON, at path: String) throws(TorchError) {
    let inside = value.string?.utf8.count ?? ListingCost.value * (value.array?.count ?? 1)
    try pay(inside, at: path)
    scalars.append(JSON.Member(path, value))
  }

  private mutating func add(_ tensor: CheckpointTensor) throws(TorchError) {
    try pay(
      ListingCost.tensor + ListingCost.value * tensor.extents.count, at: tensor.path)
    let (sum, overflow) = elementCount.addingReportingOverflow(tensor.elementCount)
    if overflow {
      throw .malformed(
        path: file.path, at: tensor.path, expected: "fewer than 2^63 elements with the others")
    }
    elementCount = sum
    tensors.append(tensor)
  }

  private mutating func open(
    _ members: [(key: String, value: Int)], of visit: Visit
  ) throws(TorchError) {
    try pay(members.count, at: visit.path)
    if visit.depth >= TorchWalk.depthLimit {
      throw .tooDeep(path: file.path, at: visit.path, limit: TorchWalk.depthLimit)
    }
    let isOptimizer =
      members.contains { $0.key == "state" } && members.contains { $0.key == "param_groups" }
    if isOptimizer && optimizers.count < TorchWalk.optimizerLimit,
      let optimizer = OptimizerState(file.pickle, path: visit.path, members: members)
    {
      optimizers.append(optimizer)
    }
    var isListed = false
    if visit.depth == 0, case .dictionary = file.pickle.values[visit.value] { isListed = true }
    // What is pending last is visited first.
    for (key, value) in members.reversed() {
      try pay(key.utf8.count, at: visit.path)
      if !isListed && isPlain(value) { continue }
      if visit.path.utf8.count + key.utf8.count > TorchWalk.pathLimit {
        throw .malformed(
          path: file.path, at: visit.path,
          expected: "keys of at most \(TorchWalk.pathLimit) bytes together")
      }
      let path = visit.depth == 0 ? key : visit.path + "." + key
      try pay(ListingCost.value + path.utf8.count, at: visit.path)
      pending.append(
        Visit(
          value: value, path: path, depth: visit.depth + 1, isListed: isListed,
          section: visit.depth == 1 ? visit.path : visit.section))
    }
  }

  private mutating func pay(_ more: Int, at path: String) throws(TorchError) {
    cost += more
    if cost > ListingCost.limit {
      throw .tooMany(path: file.path, at: path, limit: ListingCost.limit)
    }
  }

  /// Whether a value is a number, a text or the like.
  private func isPlain(_ value: Int) -> Bool {
    switch file.pickle.values[value] {
    case .null, .bool, .integer, .longInteger, .number, .text, .bytes: true
    default: false
    }
  }
}
