/// The types of element that files of other tools hold, also those that we do not compute with.
package enum ElementType: String, Sendable, CaseIterable {
  case bool, uint8, int8
  case float8E5M2 = "float8_e5m2"
  case float8E4M3 = "float8_e4m3"
  case int16, uint16, float16, bfloat16
  case int32, uint32, float32
  case int64, uint64, float64
  case complex64, complex128

  /// Bytes of one element.
  package var width: Int {
    switch self {
    case .bool, .uint8, .int8, .float8E5M2, .float8E4M3: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// What a safetensors header calls it; nil where that format has no name for it.
  package var safetensorsName: String? {
    switch self {
    case .bool: "BOOL"
    case .uint8: "U8"
    case .int8: "I8"
    case .float8E5M2: "F8_E5M2"
    case .float8E4M3: "F8_E4M3"
    case .int16: "I16"
    case .uint16: "U16"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int32: "I32"
    case .uint32: "U32"
    case .float32: "F32"
    case .int64: "I64"
    case .uint64: "U64"
    case .float64: "F64"
    case .complex64, .complex128: nil
    }
  }

  init?(safetensorsName name: String) {
    guard let type = ElementType.allCases.first(where: { $0.safetensorsName == name }) else {
      return nil
    }
    self = type
  }
}

extension ElementType {
  /// The class whose instances hold elements of the type in PyTorch; nil where there is none.
  var torchStorage: String? {
    switch self {
    case .bool: "torch.BoolStorage"
    case .uint8: "torch.ByteStorage"
    case .int8: "torch.CharStorage"
    case .int16: "torch.ShortStorage"
    case .float16: "torch.HalfStorage"
    case .bfloat16: "torch.BFloat16Storage"
    case .int32: "torch.IntStorage"
    case .float32: "torch.FloatStorage"
    case .int64: "torch.LongStorage"
    case .float64: "torch.DoubleStorage"
    case .complex64: "torch.ComplexFloatStorage"
    case .complex128: "torch.ComplexDoubleStorage"
    case .float8E5M2, .float8E4M3, .uint16, .uint32, .uint64: nil
    }
  }

  /// How PyTorch calls the type where it has no such class.
  var torchType: String? {
    switch self {
    case .float8E5M2: "torch.float8_e5m2"
    case .float8E4M3: "torch.float8_e4m3fn"
    case .uint16: "torch.uint16"
    case .uint32: "torch.uint32"
    case .uint64: "torch.uint64"
    default: nil
    }
  }

  init?(torchType name: String) {
    guard let type = ElementType.allCases.first(where: { $0.torchType == name }) else {
      return nil
    }
    self = type
  }

  init?(torchStorage name: String) {
    guard let type = ElementType.allCases.first(where: { $0.torchStorage == name }) else {
      return nil
    }
    self = type
  }
}
