public import ThalwegTensor

extension Pass {
  /// The next random draw of the module that is running.
  ///
  /// It depends on the root seed, the module's path, the name, the numbers of step and part and on
  /// how many draws the module has made before in this part; on nothing else, so neither on the
  /// order in which modules were made nor on what other modules draw. Allocates nothing.
  package func draw(_ name: StaticString? = nil) -> Draw {
    let scope = tape.scope
    var place = tape.parameters.hash(of: scope)
    if let name {
      // No path holds this byte, so that a name is never taken for a child module.
      place = RandomStream.hash(place, adding: 0xff)
      let bytes = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
      for byte in bytes { place = RandomStream.hash(place, adding: byte) }
    }
    return Draw(
      seed: seed, place: place, step: step, part: part, ordinal: tape.nextDraw(of: scope))
  }

  /// A stream of random draws for the module that is running, another at each call.
  ///
  /// For layers that draw: what it gives depends on the root seed of the pass, the module's path,
  /// the name, the numbers of step and part and on how many times the module has asked before in
  /// this part. A resumed run draws the same numbers.
  public func random(_ name: StaticString? = nil) -> RandomStream {
    let draw = draw(name)
    return RandomStream(
      seed: draw.seed, path: tape.parameters.path(of: tape.scope), hash: draw.hash)
  }
}
