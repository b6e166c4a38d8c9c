/// Pieces of a pickle, each of which leaves one value on the stack.
enum PickleBytes {
  static let null: [UInt8] = [0x4E]
  static let emptyDictionary: [UInt8] = [0x7D]

  static func letter(_ letter: Unicode.Scalar) -> [UInt8] { [UInt8(ascii: letter)] }

  static func int(_ value: Int) -> [UInt8] {
    if Int32(exactly: value) != nil { return letter("J") + ZipBytes.number(value, 4) }
    return [0x8A, 8] + ZipBytes.number(value, 8)
  }

  static func text(_ text: String) -> [UInt8] {
    letter("X") + ZipBytes.number(text.utf8.count, 4) + Array(text.utf8)
  }

  static func global(_ module: String, _ name: String) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8)
  }

  static func tuple(_ items: [UInt8]...) -> [UInt8] {
    letter("(") + items.flatMap { $0 } + letter("t")
  }

  static func list(_ items: [UInt8]...) -> [UInt8] {
    letter("]") + letter("(") + items.flatMap { $0 } + letter("e")
  }

  static func dictionary(_ pairs: (key: [UInt8], value: [UInt8])...) -> [UInt8] {
    emptyDictionary + letter("(") + pairs.flatMap { $0.key + $0.value } + letter("u")
  }

  static func call(_ function: [UInt8], _ arguments: [UInt8]) -> [UInt8] {
    function + arguments + letter("R")
  }

  static func extents(_ numbers: [Int]) -> [UInt8] {
    letter("(") + numbers.flatMap(int) + letter("t")
  }

  static func storage(_ key: String, _ type: String, _ count: Int) -> [UInt8] {
    let module = type == "UntypedStorage" ? "torch.storage" : "torch"
    return tuple(text("storage"), global(module, type), text(key), text("cpu"), int(count))
      + letter("Q")
  }

  /// A tensor of a storage with key "0" unless told otherwise.
  static func tensor(
    _ extents: [Int], strides: [Int], offset: Int = 0, storage: [UInt8]
  ) -> [UInt8] {
    call(
      global("torch._utils", "_rebuild_tensor_v2"),
      tuple(
        storage, int(offset), PickleBytes.extents(extents), PickleBytes.extents(strides), [0x89],
        call(global("collections", "OrderedDict"), letter(")"))))
  }

  static func parameter(_ data: [UInt8]) -> [UInt8] {
    call(
      global("torch._utils", "_rebuild_parameter"),
      tuple(data, [0x88], call(global("collections", "OrderedDict"), letter(")"))))
  }

  /// The whole pickle of protocol 2.
  static func whole(_ value: [UInt8]) -> [UInt8] { [0x80, 2] + value + letter(".") }
}
