/// The tensors of the model among all that a checkpoint holds.
struct ModelTensors {
  /// Names of layers that torch keeps beside parameters and no optimizer trains.
  private static let buffers = ["running_mean", "running_var", "num_batches_tracked"]
  private static let endings = buffers.map { "." + $0 }

  /// The key above them; empty where there is none.
  let section: String
  /// Places in the listing, in its order.
  let places: [Int]
  /// Those that may be parameters: real or complex, each storage's view once, and where the file
  /// says which are parameters, those.
  let candidates: [Int]
  /// Places of parameters; nil where the file does not say which tensors are.
  private let parameters: Set<Int>?
  /// What stands before every name and says nothing.
  private let wrapper: String
  /// A tensor that is the same view of the same storage as an earlier one, and that.
  let ties: [Int: Int]

  /// The part of the file with the most tensors, optimizers and averages aside.
  init(_ listing: CheckpointListing) {
    var sections: [String: [Int]] = [:]
    var order: [String] = []
    for (place, tensor) in listing.tensors.enumerated() {
      let isKept = listing.optimizers.contains {
        $0.path.isEmpty || tensor.path.hasPrefix($0.path + ".")
      }
      if isKept { continue }
      if sections[tensor.section] == nil { order.append(tensor.section) }
      sections[tensor.section, default: []].append(place)
    }
    // Averages of a model have its names, and no optimizer.
    let own = order.filter { !ModelTensors.isAverage($0) }
    let all = order.reduce(0) { max($0, sections[$1]?.count ?? 0) }
    let largest = own.reduce(0) { max($0, sections[$1]?.count ?? 0) }
    if 2 * largest >= all { order = own }
    let most = 2 * largest >= all ? largest : all
    section = order.first { sections[$0]?.count == most } ?? ""
    places = sections[section] ?? []
    wrapper = ModelTensors.wrapper(of: places.map { listing.tensors[$0].name })

    struct View: Hashable {
      let source: ObjectIdentifier
      let offset: Int
      let extents: [Int]
      let strides: [Int]
    }
    var seen: [View: Int] = [:]
    var ties: [Int: Int] = [:]
    let tensors = listing.tensors
    let isRecorded = places.contains { tensors[$0].isParameter }
    parameters = isRecorded ? Set(places.filter { tensors[$0].isParameter }) : nil
    candidates = places.filter { place in
      let tensor = tensors[place]
      let isNumber = tensor.element.isReal || tensor.element.isComplex
      if !isNumber || (isRecorded && !tensor.isParameter) { return false }
      // Only storages are shared.
      if tensor.view?.storage == nil { return true }
      let view = View(
        source: ObjectIdentifier(tensor.numbers), offset: tensor.offset, extents: tensor.extents,
        strides: tensor.strides)
      // Empty tensors may lie in one place without being one.
      if tensor.elementCount > 0, let first = seen[view] {
        ties[place] = first
        return false
      }
      seen[view] = place
      return true
    }
    self.ties = ties
  }

  /// Whether keys say that a mean of the parameters over time lies under them.
  private static func isAverage(_ section: String) -> Bool {
    let words: Set<String> = [
      "ema", "average", "averaged", "avg", "swa", "shadow", "polyak", "teacher",
    ]
    return section.lowercased().split { !$0.isLetter }.contains { words.contains(String($0)) }
  }

  /// Whether the tensor at a place may be a parameter.
  func isParameter(_ place: Int, _ name: String) -> Bool {
    parameters?.contains(place) ?? !ModelTensors.isBuffer(name)
  }

  /// Whether the name is that of a layer's buffer.
  static func isBuffer(_ name: String) -> Bool {
    buffers.contains(name) || endings.contains { name.hasSuffix($0) }
  }

  /// The name without what a wrapper puts before all of them.
  func name(of tensor: CheckpointTensor) -> String {
    ModelTensors.unwrapped(tensor.name, wrapper)
  }

  /// What wrappers of a whole model, for several machines or compiled, put before every name.
  static func wrapper(of names: [String]) -> String {
    var wrapper = ""
    // Names of wrappers alone would be looked through again and again.
    for _ in 0..<4 where !names.isEmpty {
      let next = ["module.", "_orig_mod."].first { more in
        names.allSatisfy { $0.hasPrefix(wrapper + more) }
      }
      guard let next else { break }
      wrapper += next
    }
    return wrapper
  }

  static func unwrapped(_ name: String, _ wrapper: String) -> String {
    let rest = name.unicodeScalars.dropFirst(wrapper.unicodeScalars.count)
    return String(String.UnicodeScalarView(rest))
  }
}
