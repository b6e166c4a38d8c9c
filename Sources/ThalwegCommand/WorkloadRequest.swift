import ThalwegBenchmarks
private import ThalwegRCGNN
import ThalwegTensor

/// The workload that a call of `bench` asks for, with its sizes.
struct WorkloadRequest {
  private let arguments: Arguments
  private let kind: Workload.Kind

  /// - Parameter subject: one of the workloads, as `Arguments.requiredSubject` has seen to.
  init(_ arguments: Arguments, _ subject: String) throws {
    guard let kind = Workload.Kind(rawValue: subject) else {
      throw UsageError.unknownArgument(
        subject, verb: Verb.bench.rawValue, known: Verb.bench.arguments)
    }
    self.arguments = arguments
    self.kind = kind
    let unused: [Option] =
      switch kind {
      case .rcgnn: [.sizes]
      case .mlp: [.preset]
      default: [.preset, .batch]
      }
    for option in unused where arguments.has(option) {
      throw UsageError.exclusive(option.word, subject)
    }
  }

  func workload(on machine: Machine) throws -> Workload {
    switch kind {
    case .mlp:
      let widths = try sizes(["32", "64", "64", "32"], isOpen: true)
      return try .mlp(widths, batch: try batch(32), on: machine)
    case .rcgnn:
      return try InputError.wrapping { try rcgnn(on: machine) }
    case .transformer:
      let s = try sizes(["batch 16", "length 96", "width 64", "heads 8", "feed-forward 256"])
      if s[2] % s[3] != 0 { throw bad("a width that the number of heads divides") }
      return try .transformer(
        batch: s[0], length: s[1], width: s[2], heads: s[3], feedForward: s[4], on: machine)
    case .strain:
      let s = try sizes(["batch 6", "length 2048"])
      return try .strain(batch: s[0], length: s[1], on: machine)
    case .lstm:
      let s = try sizes(["batch 32", "length 64", "inputs 64", "hidden 128", "layers 2"])
      return try .lstm(
        batch: s[0], length: s[1], inputs: s[2], hidden: s[3], layers: s[4], on: machine)
    case .product:
      return .product(try sizes(["extent 1024"])[0], on: machine)
    case .layerNorm, .softmax, .gelu:
      let s = try sizes(["rows 1024", "columns 1024"])
      return .rows(kind, s[0], s[1], on: machine)
    case .adam:
      return try .adam(try sizes(["count 1048576"])[0], on: machine)
    }
  }

  private func rcgnn(on machine: Machine) throws -> Workload {
    let preset = arguments.value(.preset) ?? "published-stable"
    let batch = try batch(8)
    let system = try SystemSettings(
      preset: preset, assignments: ["batch_size=\(batch)", "data.made.variables=13"])
    return try .rcgnn(system.configuration, preset: preset, batch: batch, on: machine)
  }

  private func batch(_ usual: Int) throws -> Int { try arguments.int(.batch, least: 1) ?? usual }

  /// The numbers of `--sizes`.
  /// - Parameters:
  ///   - fields: the name of each and what it is without the option.
  ///   - isOpen: whether there may be any number of them from 2 on.
  private func sizes(_ fields: [String], isOpen: Bool = false) throws -> [Int] {
    let usual = fields.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    guard let text = arguments.value(.sizes) else { return usual }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let isCount = isOpen ? numbers.count >= 2 : numbers.count == fields.count
    let most = fields.count == 1 ? 1 << 28 : 1 << 16
    if isCount && numbers.allSatisfy({ $0 >= 1 && $0 <= most }) { return numbers }
    throw bad(
      isOpen
        ? "a list of widths as \(fields.joined(separator: ","))"
        : "\(fields.count) numbers in the order of \(fields.joined(separator: ", "))")
  }

  private func bad(_ expected: String) -> UsageError {
    .badValue(
      option: Option.sizes.word, value: arguments.value(.sizes) ?? "", expected: expected)
  }
}
