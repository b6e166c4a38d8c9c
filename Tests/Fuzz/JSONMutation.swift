import ThalwegFormats

/// Changes inside a JSON value, which leave it JSON.
enum JSONMutation {
  /// - Parameter isWhole: the value stays an object or an array, as a file of its kind is.
  static func mutate(_ value: JSON, _ dice: inout Dice, isWhole: Bool = true) -> JSON {
    switch value {
    case .object(var members) where !members.isEmpty && (isWhole || !dice.once(in: 6)):
      let place = dice.pick(members.count)
      switch dice.pick(8) {
      case 0: members.remove(at: place)
      case 1: members.append(JSON.Member(text(&dice), members[place].value))
      case 2: members[place].name = dice.pick(members).name
      case 3: members[place].name = text(&dice)
      case 4: members[place].value = dice.pick(members).value
      default: members[place].value = mutate(members[place].value, &dice, isWhole: false)
      }
      return .object(members)
    case .array(var values) where !values.isEmpty && (isWhole || !dice.once(in: 6)):
      let place = dice.pick(values.count)
      switch dice.pick(6) {
      case 0: values.remove(at: place)
      case 1: values.append(values[place])
      case 2: values.swapAt(place, dice.pick(values.count))
      default: values[place] = mutate(values[place], &dice, isWhole: false)
      }
      return .array(values)
    default: return made(&dice, depth: 0)
    }
  }

  private static func made(_ dice: inout Dice, depth: Int) -> JSON {
    switch dice.pick(depth < 4 ? 9 : 6) {
    case 0: .null
    case 1: .bool(dice.once(in: 2))
    case 2: .integer(dice.number())
    case 3: .number(Double(bitPattern: dice.next()))
    case 4: .string(text(&dice))
    case 5: .string(dice.pick(["NaN", "Infinity", "-Infinity", "F32", "1e5", "0", ""]))
    case 6: .array((0..<dice.pick(5)).map { _ in made(&dice, depth: depth + 1) })
    case 7: .array((0..<dice.pick(5)).map { _ in .integer(dice.number()) })
    default:
      .object(
        (0..<dice.pick(4)).map { _ in JSON.Member(text(&dice), made(&dice, depth: depth + 1)) })
    }
  }

  private static func text(_ dice: inout Dice) -> String {
    switch dice.pick(5) {
    case 0: ""
    case 1: dice.pick(["step", "epoch", "loss", "grad_norm", "dtype", "shape", "__metadata__"])
    case 2: String(repeating: "x", count: dice.pick(300))
    case 3: "a\u{0}\u{1B}[2J\n\u{202E}\"\\é"
    default:
      String((0..<dice.pick(6)).map { _ in Character(UnicodeScalar(UInt8(97 + dice.pick(26)))) })
    }
  }
}
