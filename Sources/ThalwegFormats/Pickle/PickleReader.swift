/// Follows the operations of a pickle on a stack of values, as Python would, and calls nothing.
///
/// Python's `pickletools` and PEP 307, 3154, 574 describe the operations.
struct PickleReader {
  private static let none = 0
  private static let no = 1
  private static let yes = 2
  private static let emptyTuple = 3
  /// Its instances are filled by the operations of a dictionary.
  private static let orderedDictionary = "collections.OrderedDict"

  private let source: String
  private let allowed: Set<String>
  private let skipsUnknown: Bool
  private var cursor: ByteCursor
  /// Where the operation at hand starts.
  private var start = 0
  private var operations = 0
  /// The four that cost nothing come first.
  private(set) var values: [PickleValue] = [.null, .bool(false), .bool(true), .tuple([])]
  private var stack: [Int] = []
  /// Heights of the stack.
  private var marks: [Int] = []
  private var memo: [Int: Int] = [:]
  /// Each once, so that values that name the same share the text.
  private var unknownNames: [String] = []

  init(_ bytes: [UInt8], allowed: Set<String>, skipsUnknown: Bool, source: String) {
    cursor = ByteCursor(bytes)
    self.allowed = allowed
    self.skipsUnknown = skipsUnknown
    self.source = source
  }

  /// Where the next operation would start.
  var position: Int { cursor.position }

  private var place: PickleError.Place { PickleError.Place(source: source, offset: start) }

  /// - Returns: which value the pickle is.
  mutating func read(isFollowed: Bool) throws(PickleError) -> Int {
    while true {
      start = cursor.position
      let byte = try byte()
      guard let opcode = PickleOpcode(rawValue: byte) else { throw .opcode(place, byte: byte) }
      operations += 1
      if operations > Pickle.Limit.operations {
        throw .limit(place, what: "operations", limit: Pickle.Limit.operations)
      }
      if opcode == .stop { break }
      try perform(opcode)
    }
    let root = try pop()
    if !stack.isEmpty || !marks.isEmpty { throw malformed("a use for what is left on its stack") }
    start = cursor.position
    if !isFollowed && !cursor.isAtEnd { throw .trailing(place) }
    return root
  }

  private mutating func perform(_ opcode: PickleOpcode) throws(PickleError) {
    switch opcode {
    case .protocolVersion:
      let version = try byte()
      if !(2...5).contains(version) { throw .protocolVersion(place, version: version) }
    case .frame: _ = try take(8)
    case .stop: break
    case .null: try push(PickleReader.none)
    case .no: try push(PickleReader.no)
    case .yes: try push(PickleReader.yes)
    case .emptyTuple: try push(PickleReader.emptyTuple)
    case .integer, .integer1, .integer2, .long1, .long4, .float, .unicode, .shortUnicode,
      .unicode8, .string, .shortString, .shortBinaryBytes, .binaryBytes, .binaryBytes8,
      .byteArray8:
      try push(literal(opcode))
    case .mark:
      marks.append(stack.count)
      if marks.count > Pickle.Limit.stack {
        throw .limit(place, what: "open containers", limit: Pickle.Limit.stack)
      }
    case .pop:
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popMarked()
    case .duplicate: try push(top())
    case .get, .longGet: try push(remembered(opcode))
    case .put, .longPut, .memoize: try remember(opcode)
    case .emptyList, .list, .emptyDictionary, .dictionary, .emptySet, .frozenSet, .tuple, .tuple1,
      .tuple2, .tuple3:
      try push(container(opcode))
    case .append, .appends, .addItems, .setItem, .setItems: try fill(opcode)
    case .global, .stackGlobal: try push(named(opcode))
    case .persistent: try push(.persistent(pop()))
    case .reduce, .newObject, .newObjectWithKeywords, .instance, .object: try make(opcode)
    case .build: try build()
    }
  }
}

// The stack.
extension PickleReader {
  private mutating func push(_ value: PickleValue) throws(PickleError) {
    values.append(value)
    try push(values.count - 1)
  }

  private mutating func push(_ index: Int) throws(PickleError) {
    stack.append(index)
    if stack.count > Pickle.Limit.stack {
      throw .limit(place, what: "values on the stack", limit: Pickle.Limit.stack)
    }
  }

  /// What an operation takes lies above the last mark.
  private func top() throws(PickleError) -> Int {
    guard let index = stack.last, stack.count > marks.last ?? 0 else {
      throw malformed("a value on its stack")
    }
    return index
  }

  private mutating func pop() throws(PickleError) -> Int {
    let index = try top()
    stack.removeLast()
    return index
  }

  /// Takes what lies above the last mark, and the mark.
  private mutating func popMarked() throws(PickleError) -> [Int] {
    guard let mark = marks.popLast() else { throw malformed("a mark on its stack") }
    let items = Array(stack[mark...])
    stack.removeLast(items.count)
    return items
  }

  func malformed(_ expected: String) -> PickleError { .malformed(place, expected: expected) }
}

// The bytes.
extension PickleReader {
  private mutating func byte() throws(PickleError) -> UInt8 {
    guard let byte = cursor.next() else { throw .end(place) }
    return byte
  }

  mutating func number(_ width: Int) throws(PickleError) -> Int {
    guard let number = cursor.number(width) else { throw .end(place) }
    return number
  }

  mutating func take(_ count: Int) throws(PickleError) -> ArraySlice<UInt8> {
    guard let bytes = cursor.take(count) else { throw .end(place) }
    return bytes
  }
}

// The memo.
extension PickleReader {
  private mutating func remembered(_ opcode: PickleOpcode) throws(PickleError) -> Int {
    let key = try number(opcode == .get ? 1 : 4)
    guard let index = memo[key] else { throw malformed("something remembered as \(key)") }
    return index
  }

  private mutating func remember(_ opcode: PickleOpcode) throws(PickleError) {
    let key =
      switch opcode {
      case .put: try number(1)
      case .longPut: try number(4)
      default: memo.count
      }
    memo[key] = try top()
    if memo.count > Pickle.Limit.memo {
      throw .limit(place, what: "remembered values", limit: Pickle.Limit.memo)
    }
  }
}

// Containers.
extension PickleReader {
  private mutating func container(_ opcode: PickleOpcode) throws(PickleError) -> PickleValue {
    switch opcode {
    case .emptyList: return .list([])
    case .emptyDictionary: return .dictionary([])
    case .emptySet: return .set([])
    case .list: return .list(try popMarked())
    case .dictionary: return .dictionary(try pairs(popMarked()))
    case .frozenSet: return .set(try popMarked())
    case .tuple: return .tuple(try popMarked())
    default:
      let count = opcode == .tuple1 ? 1 : opcode == .tuple2 ? 2 : 3
      var items: [Int] = []
      for _ in 0..<count { items.append(try pop()) }
      return .tuple(items.reversed())
    }
  }

  private func pairs(_ items: [Int]) throws(PickleError) -> [PickleValue.Pair] {
    if items.count % 2 != 0 { throw malformed("a value for each key") }
    return stride(from: 0, to: items.count, by: 2).map {
      PickleValue.Pair(key: items[$0], value: items[$0 + 1])
    }
  }

  /// Puts items into the container below them.
  private mutating func fill(_ opcode: PickleOpcode) throws(PickleError) {
    let items: [Int]
    switch opcode {
    case .append: items = [try pop()]
    case .setItem:
      let value = try pop()
      items = [try pop(), value]
    default: items = try popMarked()
    }
    let target = try top()
    if case .opaque = values[target] { return }
    // The array has one owner while it grows, so that a long one is not copied at each step.
    switch opcode {
    case .append, .appends:
      guard case .list(var held) = values[target] else { throw malformed("a list for the items") }
      values[target] = .null
      held += items
      values[target] = .list(held)
    case .addItems:
      guard case .set(var held) = values[target] else { throw malformed("a set for the items") }
      values[target] = .null
      held += items
      values[target] = .set(held)
    default:
      guard case .dictionary(var held) = values[target] else {
        throw malformed("a dictionary for the items")
      }
      values[target] = .null
      held += try pairs(items)
      values[target] = .dictionary(held)
    }
  }
}

// Classes, functions and what they would make.
extension PickleReader {
  private mutating func named(_ opcode: PickleOpcode) throws(PickleError) -> PickleValue {
    let name: String
    if opcode == .stackGlobal {
      let second = try pop()
      let first = try pop()
      guard case .text(let last) = values[second], case .text(let module) = values[first] else {
        throw malformed("the name of a class as texts")
      }
      if module.utf8.count + last.utf8.count > Pickle.Limit.name {
        throw .limit(place, what: "bytes in a name", limit: Pickle.Limit.name)
      }
      name = module + "." + last
    } else {
      name = try dottedName()
    }
    if allowed.contains(name) { return .global(name) }
    return try unknown(name)
  }

  /// Two lines: a module and what is in it.
  private mutating func dottedName() throws(PickleError) -> String {
    guard let module = cursor.line(limit: Pickle.Limit.name),
      let last = cursor.line(limit: Pickle.Limit.name)
    else { throw malformed("the name of a class on two lines") }
    return String(decoding: module, as: UTF8.self) + "." + String(decoding: last, as: UTF8.self)
  }

  private mutating func unknown(_ name: String) throws(PickleError) -> PickleValue {
    if !skipsUnknown { throw .global(place, name: name) }
    if let known = unknownNames.firstIndex(of: name) { return .opaque(unknownNames[known]) }
    if unknownNames.count == Pickle.Limit.unknownNames {
      throw .limit(place, what: "unknown names", limit: Pickle.Limit.unknownNames)
    }
    unknownNames.append(name)
    return .opaque(name)
  }

  private mutating func make(_ opcode: PickleOpcode) throws(PickleError) {
    switch opcode {
    case .instance:
      let name = try dottedName()
      _ = try popMarked()
      try push(unknown(name))
      return
    case .object:
      guard let first = try popMarked().first else { throw malformed("a class to make") }
      try push(instance(of: first))
      return
    default: break
    }
    if opcode == .newObjectWithKeywords { _ = try pop() }
    let arguments = try pop()
    let function = try pop()
    guard case .tuple(let items) = values[arguments] else {
      throw malformed("arguments as a tuple")
    }
    guard opcode == .reduce, case .global(let name) = values[function] else {
      return try push(instance(of: function))
    }
    if name != PickleReader.orderedDictionary {
      try push(.call(function: function, arguments: arguments))
    } else if items.isEmpty {
      try push(.dictionary([]))
    } else {
      throw malformed("an empty ordered dictionary")
    }
  }

  /// What a class makes that is not read; no other has instances of its own here.
  private mutating func instance(of index: Int) throws(PickleError) -> PickleValue {
    switch values[index] {
    case .opaque(let name): return .opaque(name)
    case .global(let name): return try unknown(name)
    case .persistent(let name):
      // The classes of modules were saved so before PyTorch 1.6, with their source.
      if case .tuple(let parts) = values[name], parts.count > 1,
        case .opaque(let name) = values[parts[1]]
      {
        return .opaque(name)
      }
      throw malformed("a class or function to call")
    default: throw malformed("a class or function to call")
    }
  }

  /// Gives attributes to an object: to an ordered dictionary (torch keeps versions of modules
  /// there), which holds nothing to list, or to something that is left unopened.
  private mutating func build() throws(PickleError) {
    _ = try pop()
    switch values[try top()] {
    case .dictionary, .opaque: break
    default: throw malformed("an object for the attributes")
    }
  }
}
