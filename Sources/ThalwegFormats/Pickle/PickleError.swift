/// Why a pickle was refused.
package enum PickleError: Error, Equatable, Sendable {
  /// A byte of a pickle.
  package struct Place: Equatable, Sendable, CustomStringConvertible {
    package var source: String
    package var offset: Int

    package var description: String { "\(source): byte \(offset)" }
  }

  case end(Place)
  case opcode(Place, byte: UInt8)
  case protocolVersion(Place, version: UInt8)
  /// A class or function that is not on the list.
  case global(Place, name: String)
  case malformed(Place, expected: String)
  case limit(Place, what: String, limit: Int)
  case trailing(Place)
}

extension PickleError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .end(let place):
      "\(place): the pickle ends too early; it was cut, copy it again"
    case .opcode(let place, let byte):
      "\(place): pickle operation 0x\(String(byte, radix: 16)) is not read; save the file with "
        + "torch.save"
    case .protocolVersion(let place, let version):
      "\(place): pickle protocol \(version) is not read; save with protocol 2"
    case .global(let place, let name):
      "\(place): the pickle names '\(name)', which is not on the list of what is read; nothing "
        + "was run. --skip-unknown lists the rest"
    case .malformed(let place, let expected):
      "\(place): the pickle lacks \(expected); it is damaged, save it again"
    case .limit(let place, let what, let limit):
      "\(place): more than \(limit) \(what), which no list of tensors needs; save the tensors alone"
    case .trailing(let place):
      "\(place): bytes follow the end of the pickle; save it again"
    }
  }
}
