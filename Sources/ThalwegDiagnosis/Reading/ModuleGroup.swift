import ThalwegRecord

/// Tensors of one module that have something in common which no logged tensor beside them there
/// lacks.
struct ModuleGroup {
  /// The deepest path under which all of them lie; the tensor's where there is one; empty where
  /// they have no module in common.
  let module: String
  let tensors: [LoggedTensor]

  /// Splits tensors that share a fault by the largest modules in which all logged tensors have it.
  static func groups(
    of faulty: [LoggedTensor], among all: [LoggedTensor]
  ) -> [ModuleGroup] {
    var logged: [ArraySlice<String>: Int] = [:]
    var bad: [ArraySlice<String>: Int] = [:]
    for tensor in all { count(tensor.path, in: &logged) }
    for tensor in faulty { count(tensor.path, in: &bad) }
    var order: [ArraySlice<String>] = []
    var members: [ArraySlice<String>: [LoggedTensor]] = [:]
    for tensor in faulty {
      let parts = ArraySlice(parts(tensor.path))
      let whole = (0...parts.count).map { parts.prefix($0) }
      let top = whole.first { logged[$0] == bad[$0] } ?? parts
      if members[top] == nil { order.append(top) }
      members[top, default: []].append(tensor)
    }
    return order.compactMap { members[$0] }.map { tensors in
      ModuleGroup(module: common(tensors.map(\.path)), tensors: tensors)
    }
  }

  /// A path as modules write it: `encoder.layers.0.weight`, or with slashes.
  static func parts(_ path: String) -> [String] {
    path.split { $0 == "." || $0 == "/" }.map(String.init)
  }

  private static func count(_ path: String, in counts: inout [ArraySlice<String>: Int]) {
    let parts = ArraySlice(parts(path))
    for length in 0...parts.count { counts[parts.prefix(length), default: 0] += 1 }
  }

  private static func common(_ paths: [String]) -> String {
    guard var prefix = paths.first else { return "" }
    if paths.count == 1 { return prefix }
    let all = paths.map(parts)
    var shared = 0
    while all.allSatisfy({ $0.count > shared + 1 && $0[shared] == all[0][shared] }) { shared += 1 }
    // The path is cut, not joined anew, so that it is spelled as the record spells it.
    var seen = 0
    if shared == 0 { return "" }
    var wasMark = true
    for index in prefix.indices {
      let isMark = prefix[index] == "." || prefix[index] == "/"
      if isMark && !wasMark { seen += 1 }
      if seen == shared {
        prefix = String(prefix[..<index])
        break
      }
      wasMark = isMark
    }
    return prefix
  }

  /// `all 12 logged tensors`, `4 of 4 logged tensors of encoder`, or the tensor's path.
  var text: String {
    if tensors.count == 1 { return tensors[0].path }
    let count = "\(tensors.count) of \(tensors.count) logged tensors"
    if module.isEmpty { return count }
    // The modules of a sequence are numbers.
    return Int(module) == nil ? "\(count) of \(module)" : "\(count) of module \(module)"
  }

  var subjects: [String] { (module.isEmpty ? [] : [module]) + tensors.map(\.path) }

  /// Tensors of the module of which the record holds no gradient, where somebody says how many the
  /// module has, or the record lists them.
  func unrecorded(in run: RunRecord, logged: [LoggedTensor]) -> (missing: Int, of: Int)? {
    let stated = run.settings.first { $0.isStated && $0.path == ["tensors", module] }?.number
    let inside = logged.filter { tensor in
      tensor.path == module || tensor.path.hasPrefix(module + ".")
        || tensor.path.hasPrefix(module + "/")
    }
    let known = inside.filter { $0.isZero != nil }.count
    guard
      let all = stated.flatMap({ Int(exactly: $0) }) ?? (inside.count > known ? inside.count : nil),
      all > known
    else { return nil }
    return (all - known, all)
  }
}
