import Testing
import ThalwegRCGNN

@Suite struct SeriesDataTests {
  @Test func batchesReadWindowsWhereTheyLie() throws {
    let data = try SeriesPreparation.prepare(
      MadeTable.table(rows: 120, columns: 3), SeriesConfiguration(window: 7))
    let memory = SeriesMemory(data)
    let starts: [Int32] = [40, 0, 108, 40]
    let length = 7 * 3
    starts.withUnsafeBufferPointer { starts in
      let batch = WindowBatch(starts, offset: 5, of: memory)
      #expect(batch.count == 4 && batch.length == 7)
      for (place, start) in starts.enumerated() {
        let rows = (Int(start) + 5) * 3..<(Int(start) + 5) * 3 + length
        let values = UnsafeBufferPointer(start: batch.values(window: place, row: 0), count: length)
        let mask = UnsafeBufferPointer(start: batch.mask(window: place, row: 0), count: length)
        #expect(Array(values) == Array(data.values[rows]))
        #expect(Array(mask) == Array(data.mask[rows]))
        #expect(batch.values(window: place, row: 2).pointee == values[2 * 3])
      }
    }
  }
}
