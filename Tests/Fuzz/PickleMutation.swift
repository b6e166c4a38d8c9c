/// Changes inside the operations of a pickle, which leave it a stream of whole operations.
enum PickleMutation {
  /// Splits so many pickles into operations with their arguments, by Python's `pickletools`.
  static func operations(_ bytes: [UInt8], pickles: Int = 1) -> [[UInt8]] {
    var operations: [[UInt8]] = []
    var (place, left) = (0, pickles)
    while place < bytes.count && left > 0 {
      if bytes[place] == 0x2E { left -= 1 }
      let length = min(1 + argument(bytes, at: place), bytes.count - place)
      operations.append(Array(bytes[place..<place + length]))
      place += length
    }
    return operations
  }

  private static func argument(_ bytes: [UInt8], at place: Int) -> Int {
    func prefixed(_ width: Int) -> Int {
      guard place + 1 + width <= bytes.count else { return width }
      return width + Bytes.number(bytes[place + 1..<place + 1 + width])
    }
    func line(_ count: Int) -> Int {
      var left = count
      let end = bytes[(place + 1)...].firstIndex {
        if $0 == 10 { left -= 1 }
        return left == 0
      }
      return (end ?? bytes.count - 1) - place
    }
    switch bytes[place] {
    case 0x4B, 0x68, 0x71, 0x80: return 1
    case 0x4D: return 2
    case 0x4A, 0x6A, 0x72: return 4
    case 0x47, 0x95: return 8
    case 0x43, 0x55, 0x8A, 0x8C: return prefixed(1)
    case 0x42, 0x54, 0x58, 0x8B: return prefixed(4)
    case 0x8D, 0x8E, 0x96: return prefixed(8)
    case 0x63, 0x69: return line(2)
    default: return 0
    }
  }

  static func mutate(_ operations: inout [[UInt8]], _ dice: inout Dice) {
    let place = dice.pick(operations.count)
    switch dice.pick(7) {
    case 0: operations.remove(at: place)
    case 1: operations.insert(operations[place], at: dice.pick(operations.count))
    case 2: operations.swapAt(place, dice.pick(operations.count))
    case 3: operations.insert(made(&dice), at: place)
    case 4: operations[place] = made(&dice)
    case 5: changeArgument(&operations[place], &dice)
    default:
      let length = 1 + dice.pick(min(12, operations.count - place))
      operations.insert(
        contentsOf: Array(operations[place..<place + length]), at: dice.pick(operations.count))
    }
    if operations.isEmpty { operations.append([0x2E]) }
  }

  private static func changeArgument(_ operation: inout [UInt8], _ dice: inout Dice) {
    if operation.count < 2 {
      operation = made(&dice)
      return
    }
    let place = 1 + dice.pick(operation.count - 1)
    switch operation[0] {
    case 0x4B, 0x4D, 0x4A, 0x68, 0x71, 0x6A, 0x72:
      operation.replaceSubrange(1..., with: Bytes.little(dice.number(), operation.count - 1))
    default: operation[place] = UInt8(truncatingIfNeeded: dice.pick(256))
    }
  }

  private static let names: [[UInt8]] = [
    "ctorch._utils\n_rebuild_tensor_v2\n", "ctorch._utils\n_rebuild_parameter\n",
    "ccollections\nOrderedDict\n", "ctorch\nFloatStorage\n", "ctorch\nSize\n",
    "ctorch\ndevice\n", "cos\nsystem\n", "cbuiltins\neval\n", "ctorch.storage\nUntypedStorage\n",
    "ctorch\nLongStorage\n",
  ].map { Array($0.utf8) }

  /// An operation of any kind with an argument of its form.
  private static func made(_ dice: inout Dice) -> [UInt8] {
    func text(_ dice: inout Dice) -> [UInt8] {
      (0..<dice.pick(9)).map { _ in UInt8(97 + dice.pick(26)) }
    }
    switch dice.pick(9) {
    case 0: return [0x4A] + Bytes.little(dice.number(), 4)
    case 1:
      let width = dice.pick(10)
      return [0x8A, UInt8(width)] + Bytes.little(dice.number(), width)
    case 2:
      let text = text(&dice)
      return [0x8C, UInt8(text.count)] + text
    case 3: return dice.pick(names)
    case 4: return [0x68, UInt8(dice.pick(40))]
    case 5: return [0x71, UInt8(dice.pick(40))]
    case 6:
      let text = text(&dice)
      return [0x58] + Bytes.little(dice.once(in: 4) ? dice.number() : text.count, 4) + text
    case 7: return [0x95] + Bytes.little(dice.number(), 8)
    default:
      return [
        dice.pick([
          0x28, 0x29, 0x2E, 0x30, 0x31, 0x32, 0x4E, 0x51, 0x52, 0x61, 0x62, 0x64, 0x65, 0x6C, 0x6F,
          0x73, 0x74, 0x75, 0x5D, 0x7D, 0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8F, 0x90, 0x91, 0x92,
          0x93, 0x94,
        ])
      ]
    }
  }
}
