/// A prepared series at a fixed address, so that batches are read where they lie.
package final class SeriesMemory {
  package let variables: Int
  package let window: Int
  package let values: UnsafeMutablePointer<Float>
  package let mask: UnsafeMutablePointer<Float>

  package init(_ data: SeriesData) {
    variables = data.names.count
    window = data.window
    values = .allocate(capacity: data.values.count)
    values.initialize(from: data.values, count: data.values.count)
    mask = .allocate(capacity: data.mask.count)
    mask.initialize(from: data.mask, count: data.mask.count)
  }

  deinit {
    values.deallocate()
    mask.deallocate()
  }
}
