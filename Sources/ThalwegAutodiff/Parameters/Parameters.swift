public import ThalwegTensor

/// All numbers of a model: flat arrays of trainable values and of their gradients with one table of
/// offsets, and beside them the state tensors, which no gradient reaches.
///
/// Checkpoint, snapshot, norm and conversion are each one pass over these arrays.
public final class Parameters {
  package struct Segment {
    package var path: String
    package var shape: Shape
    package var offset: Int
    package var isFrozen = false
  }

  /// The precision of the values and gradients.
  public let scalarType: ScalarType

  package private(set) var segments: [Segment] = []
  package let values: FlatStorage
  package let gradients: FlatStorage
  package private(set) var stateSegments: [Segment] = []
  package let states: FlatStorage

  /// Rises whenever values are written from outside the optimizer, which then checks them anew.
  package private(set) var revision = 0

  private var indexOfPath: [String: Int] = [:]
  private var places: [String] = [""]
  private var placeHashes: [UInt64] = [RandomStream.hash("")]

  /// A model without parameters.
  public init(_ scalarType: ScalarType = .float32) {
    self.scalarType = scalarType
    values = FlatStorage(scalarType)
    gradients = FlatStorage(scalarType)
    states = FlatStorage(scalarType)
  }

  /// Offsets are multiples of 16 elements, so that each tensor starts on a cache line.
  private static let alignment = 16

  private static func aligned(_ count: Int) -> Int { (count + alignment - 1) & ~(alignment - 1) }

  private func checkIsNew(_ path: String) {
    if indexOfPath[path] != nil || state(path) != nil {
      mistake("parameters: '\(path)' is registered twice")
    }
  }

  /// Adds a parameter whose entry `i` starts as `fill(i)`.
  /// - Precondition: no other parameter and no state tensor has the path.
  public func register(_ path: String, _ shape: Shape, _ fill: (Int) -> Double) -> Parameter {
    checkIsNew(path)
    let offset = Parameters.aligned(values.count)
    values.grow(to: offset + shape.count)
    gradients.grow(to: offset + shape.count)
    for index in 0..<shape.count { values[offset + index] = fill(index) }
    indexOfPath[path] = segments.count
    segments.append(Segment(path: path, shape: shape, offset: offset))
    revision += 1
    return Parameter(index: Int32(segments.count - 1), shape: shape)
  }

  /// Adds a state tensor whose entry `i` starts as `fill(i)`.
  /// - Precondition: no parameter and no other state tensor has the path.
  public func registerState(
    _ path: String, _ shape: Shape, _ fill: (Int) -> Double
  ) -> StateTensor {
    checkIsNew(path)
    let offset = Parameters.aligned(states.count)
    states.grow(to: offset + shape.count)
    for index in 0..<shape.count { states[offset + index] = fill(index) }
    stateSegments.append(Segment(path: path, shape: shape, offset: offset))
    revision += 1
    return StateTensor(index: Int32(stateSegments.count - 1), shape: shape)
  }

  /// The place of a module path; the same path always has the same place.
  public func place(_ path: String) -> Place {
    if let known = places.firstIndex(of: path) { return Place(id: Int32(known)) }
    places.append(path)
    placeHashes.append(RandomStream.hash(path))
    return Place(id: Int32(places.count - 1))
  }

  package func path(of place: Int32) -> String { places[Int(place)] }
  package func hash(of place: Int32) -> UInt64 { placeHashes[Int(place)] }

  /// The parameter at `path`, nil where there is none.
  public subscript(_ path: String) -> Parameter? {
    indexOfPath[path].map { Parameter(index: Int32($0), shape: segments[$0].shape) }
  }

  /// The paths, in order of registration.
  public var paths: [String] { segments.map(\.path) }

  /// The parameters with their paths, in order of registration.
  public var all: [(path: String, parameter: Parameter)] {
    segments.enumerated().map { ($1.path, Parameter(index: Int32($0), shape: $1.shape)) }
  }

  /// The number of tensors.
  public var tensorCount: Int { segments.count }

  /// The number of trainable and frozen numbers together.
  public var elementCount: Int { segments.reduce(0) { $0 + $1.shape.count } }

  /// Whether the optimizer leaves the parameter alone and no gradient is computed for it.
  public func isFrozen(_ parameter: Parameter) -> Bool { segments[Int(parameter.index)].isFrozen }

  /// Excludes a parameter from training, or takes it back in. It holds for every optimizer.
  public func setFrozen(_ parameter: Parameter, _ isFrozen: Bool) {
    segments[Int(parameter.index)].isFrozen = isFrozen
  }

  package func setFrozen(_ index: Int, _ isFrozen: Bool) { segments[index].isFrozen = isFrozen }

  /// Called by whatever writes values other than through the optimizer.
  package func valuesChanged() { revision += 1 }

  /// The same model in another precision; layers hold handles, so nothing else changes.
  public func converted(to scalarType: ScalarType) -> Parameters {
    let copy = Parameters(scalarType)
    for place in places.dropFirst() { _ = copy.place(place) }
    for segment in segments {
      let parameter = copy.register(segment.path, segment.shape) { values[segment.offset + $0] }
      copy.setFrozen(Int(parameter.index), segment.isFrozen)
    }
    for segment in stateSegments {
      _ = copy.registerState(segment.path, segment.shape) { states[segment.offset + $0] }
    }
    return copy
  }
}
