import Testing
import ThalwegRCGNN

@Suite struct SeriesDataTests {
  @Test func copiesWindowsInTheOrderAsked() throws {
    let data = try SeriesPreparation.prepare(
      MadeTable.table(rows: 120, columns: 3), SeriesConfiguration(window: 7))
    let starts: [Int32] = [40, 0, 113, 40]
    let length = 7 * 3
    var values = Array(repeating: Float.nan, count: starts.count * length + 1)
    var mask = values
    starts.withUnsafeBufferPointer { starts in
      values.withUnsafeMutableBufferPointer { values in
        mask.withUnsafeMutableBufferPointer { mask in
          guard let values = values.baseAddress, let mask = mask.baseAddress else { return }
          data.copyWindows(starts: starts, into: values, mask: mask)
        }
      }
    }
    for (place, start) in starts.enumerated() {
      let rows = Int(start) * 3..<Int(start) * 3 + length
      #expect(values[place * length..<(place + 1) * length] == data.values[rows])
      #expect(mask[place * length..<(place + 1) * length] == data.mask[rows])
    }
    #expect(values.last?.isNaN == true && mask.last?.isNaN == true)
  }
}
