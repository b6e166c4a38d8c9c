public import ThalwegAutodiff
package import ThalwegFormats
private import ThalwegTensor

extension Parameters {
  /// Writes all parameters and state tensors, under their paths, to a safetensors file, from which any
  /// framework can start.
  /// - Throws: where the file cannot be written, with its path and what to change.
  public func write(to path: String) throws { try writeTensors(to: path) }

  /// As `write(to:)`.
  package func writeTensors(to path: String) throws(FileError) {
    func entries(_ segments: [Segment], _ store: FlatStorage) -> [Safetensors.Named] {
      segments.map { segment in
        let bytes = UnsafeRawBufferPointer(
          start: store.pointer + segment.offset * store.scalarType.width,
          count: segment.shape.count * store.scalarType.width)
        return (segment.path, segment.shape, store.scalarType, bytes)
      }
    }
    try Safetensors.write(
      to: path, tensors: entries(segments, values) + entries(stateSegments, states),
      metadata: [("format", "1")])
  }
}
