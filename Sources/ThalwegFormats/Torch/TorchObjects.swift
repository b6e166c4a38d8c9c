/// Reads off a checkpoint's pickle what its calls would make, and checks it against the storages.
struct TorchObjects {
  /// PyTorch has no tensors of more axes.
  private static let rankLimit = 64
  /// PyTorch's keys of storages and names of devices are a few letters.
  private static let nameLimit = 64
  /// A longer text is described, and no key.
  private static let textLimit = 4096

  private let file: TorchFile
  private let values: [PickleValue]
  private var storages: [String: (storage: TorchStorage, source: NumberSource)] = [:]
  /// The section of the value at hand.
  private var section = ""
  /// Bytes of the storages that were met.
  private(set) var storedBytes = 0

  init(_ file: TorchFile) {
    self.file = file
    values = file.pickle.values
  }

  /// - Parameters:
  ///   - path: the keys that lead to the value.
  ///   - section: the first of them, where there are more.
  mutating func object(
    _ index: Int, at path: String, in section: String
  ) throws(TorchError) -> TorchObject {
    self.section = section
    switch values[index] {
    case .null: return .scalar(.null)
    case .bool(let value): return .scalar(.bool(value))
    case .integer(let value): return .scalar(.integer(value))
    case .longInteger(let bytes): return .scalar(.string("a whole number of \(bytes) bytes"))
    case .number(let value): return .scalar(.number(value))
    case .text(let text):
      let count = text.utf8.count
      let isLong = count > TorchObjects.textLimit
      return .scalar(.string(isLong ? "a text of \(count) bytes" : text))
    case .bytes(let count): return .scalar(.string("\(count) bytes"))
    case .list(let items), .tuple(let items), .set(let items):
      return .container(items.enumerated().map { (String($0), $1) })
    case .dictionary(let pairs): return .container(try keyed(pairs, at: path))
    case .global(let name), .opaque(let name): return .opaque(name)
    case .persistent:
      guard let (storage, _) = try storage(index, at: path) else {
        return .opaque("an unknown storage")
      }
      return .opaque("a storage of \(storage.elementCount) elements")
    case .call(let function, let arguments):
      return try made(by: function, from: arguments, at: path)
    }
  }

  /// Keys as text, none twice; a key that is neither text nor number is named by its place.
  private func keyed(
    _ pairs: [PickleValue.Pair], at path: String
  ) throws(TorchError) -> [(key: String, value: Int)] {
    // 1 and "1" are two keys.
    var texts: Set<String> = []
    var others: Set<String> = []
    var members: [(key: String, value: Int)] = []
    for (place, pair) in pairs.enumerated() {
      let key: String
      var isText = false
      switch values[pair.key] {
      case .text(let text):
        if text.utf8.count > TorchObjects.textLimit {
          throw malformed("keys of at most \(TorchObjects.textLimit) bytes", path)
        }
        key = text
        isText = true
      case .integer(let number): key = String(number)
      case .number(let number): key = String(number)
      case .bool(let value): key = value ? "True" : "False"
      case .null: key = "None"
      default: key = "#\(place)"
      }
      let isNew = isText ? texts.insert(key).inserted : others.insert(key).inserted
      if !isNew {
        throw .duplicateKey(path: file.path, at: path, key: String(key.prefix(200)))
      }
      members.append((key, pair.value))
    }
    return members
  }

  private mutating func made(
    by function: Int, from arguments: Int, at path: String
  ) throws(TorchError) -> TorchObject {
    guard case .global(let name) = values[function], case .tuple(let items) = values[arguments]
    else { throw malformed("a function that is known", path) }
    switch name {
    case TorchFile.rebuildTensor, TorchFile.rebuildTyped:
      return try tensor(items, isTyped: name == TorchFile.rebuildTyped, at: path)
    case TorchFile.rebuildParameter:
      guard let data = items.first else { throw malformed("the data of a parameter", path) }
      if case .opaque(let name) = values[data] { return .opaque(name) }
      guard items.count == 3, case .call(let inner, let arguments) = values[data],
        case .global(let inner) = values[inner], case .tuple(let parts) = values[arguments],
        [TorchFile.rebuildTensor, TorchFile.rebuildTyped].contains(inner)
      else { throw malformed("a parameter's tensor", path) }
      return try tensor(
        parts, isParameter: true, isTyped: inner == TorchFile.rebuildTyped, at: path)
    case TorchFile.size:
      guard items.count == 1, let extents = integers(items[0]) else {
        throw malformed("the extents of a torch.Size", path)
      }
      return .scalar(.array(extents.map(JSON.integer)))
    case TorchFile.device:
      guard let first = items.first, case .text(let kind) = values[first], items.count <= 2,
        kind.utf8.count <= TorchObjects.nameLimit
      else {
        throw malformed("the name of a torch.device", path)
      }
      if items.count == 1 { return .scalar(.string(kind)) }
      guard case .integer(let number) = values[items[1]] else {
        throw malformed("the number of a torch.device", path)
      }
      return .scalar(.string("\(kind):\(number)"))
    default: throw malformed("a function that makes something", path)
    }
  }

  private func malformed(_ expected: String, _ path: String) -> TorchError {
    .malformed(path: file.path, at: path, expected: expected)
  }

  /// The whole numbers of a tuple or a torch.Size.
  private func integers(_ index: Int) -> [Int]? {
    var items: [Int] = []
    switch values[index] {
    case .tuple(let held), .list(let held): items = held
    case .call(let function, let arguments):
      guard case .global(TorchFile.size) = values[function],
        case .tuple(let inner) = values[arguments], inner.count == 1,
        case .tuple(let held) = values[inner[0]]
      else { return nil }
      items = held
    default: return nil
    }
    if items.count > TorchObjects.rankLimit { return nil }
    var numbers: [Int] = []
    for item in items {
      guard case .integer(let number) = values[item], number >= 0 else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}

// Tensors and storages.
extension TorchObjects {
  /// - Parameters:
  ///   - items: storage, offset, extents, strides; of what follows only the type says anything of
  ///     the form.
  ///   - isTyped: whether the type stands behind them, and the storage has none.
  private mutating func tensor(
    _ items: [Int], isParameter: Bool = false, isTyped: Bool, at path: String
  ) throws(TorchError) -> TorchObject {
    if items.count < 6 { throw malformed("the six parts of a tensor", path) }
    if isTyped && items.count != 7 { throw malformed("the seven parts of a typed tensor", path) }
    if case .opaque(let name) = values[items[0]] { return .opaque(name) }
    guard case .persistent = values[items[0]] else { throw malformed("a storage", path) }
    guard let (storage, source) = try storage(items[0], at: path) else {
      return .opaque("an unknown storage")
    }
    guard let element = isTyped ? type(items[6], of: storage) : storage.element else {
      throw malformed("a type of element", path)
    }
    guard case .integer(let offset) = values[items[1]], offset >= 0,
      let extents = integers(items[2]), let strides = integers(items[3]),
      extents.count == strides.count
    else { throw malformed("an offset, extents and a stride for each", path) }
    guard let count = Extents.count(extents) else {
      throw malformed("an extent below 2^63", path)
    }
    let limit = isTyped ? storage.elementCount / element.width : storage.elementCount
    guard let end = TorchObjects.end(offset, extents, strides), end <= limit else {
      throw .beyondStorage(
        path: file.path, at: path, key: storage.key, elements: storage.elementCount)
    }
    return .tensor(
      CheckpointTensor(
        path: path, element: element, extents: extents, elementCount: count,
        view: CheckpointTensor.View(storage: storage.key, offset: offset, strides: strides),
        isParameter: isParameter, numbers: source, section: section))
  }

  /// nil where it is no type, or the storage has one.
  private func type(_ index: Int, of storage: TorchStorage) -> ElementType? {
    guard case .global(let name) = values[index], storage.element == nil else { return nil }
    return ElementType(torchType: name)
  }

  /// nil where it is of a class that is left unopened.
  private mutating func storage(
    _ index: Int, at path: String
  ) throws(TorchError) -> (storage: TorchStorage, source: NumberSource)? {
    guard case .persistent(let name) = values[index], case .tuple(let parts) = values[name],
      isWhole(parts), case .text("storage") = values[parts[0]],
      case .text(let key) = values[parts[2]], key.utf8.count <= TorchObjects.nameLimit,
      case .integer(let count) = values[parts[4]], count >= 0
    else { throw malformed("a storage with a class, a key and a length", path) }
    let element: ElementType?
    switch values[parts[1]] {
    case .opaque: return nil
    case .global(TorchFile.untypedStorage): element = nil
    case .global(let type):
      guard let known = ElementType(torchStorage: type) else {
        throw malformed("a class of storages", path)
      }
      element = known
    default: throw malformed("a class of storages", path)
    }
    let storage = TorchStorage(key: key, element: element, elementCount: count)
    if let before = storages[key] {
      if before.storage != storage { throw .storageTypes(path: file.path, at: path, key: key) }
      return before
    }
    let place: (NumberSource.Place, bytes: Int)?
    do throws(ZipError) {
      place = try file.storages.place(of: key)
    } catch {
      throw .zip(error)
    }
    guard let (place, there) = place else {
      throw .noStorage(path: file.path, at: path, key: String(key.prefix(200)))
    }
    guard let bytes = storage.bytes, bytes <= there else {
      throw .storageSize(
        path: file.path, at: path, key: key, bytes: there, needed: storage.bytes ?? Int.max)
    }
    let source = NumberSource(place, byteCount: bytes, isBigEndian: file.byteOrder == "big")
    storages[key] = (storage, source)
    storedBytes += bytes
    return (storage, source)
  }

  /// Before PyTorch 1.6 there was a sixth part, null since its version 0.4.
  private func isWhole(_ parts: [Int]) -> Bool {
    if parts.count == 6, case .null = values[parts[5]] { return file.kind == .legacyTorch }
    return parts.count == 5 && file.kind == .torch
  }

  /// One behind the last element that is reached; nil where it is beyond 64 bits.
  private static func end(_ offset: Int, _ extents: [Int], _ strides: [Int]) -> Int? {
    if extents.contains(0) { return offset }
    var last = offset
    for (extent, stride) in zip(extents, strides) {
      let (step, tooLong) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (next, tooFar) = last.addingReportingOverflow(step)
      if tooLong || tooFar { return nil }
      last = next
    }
    return last == Int.max ? nil : last + 1
  }
}
