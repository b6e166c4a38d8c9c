import Testing
import ThalwegFormats
import ThalwegTensor

/// Whatever the bytes, the reader gives settings or an error of one line that names the file.
@Suite struct MutatedConfigurationTests {
  private static let texts = [
    "a: &x {lr: 1.0e-3, b: [1, 2]}\nc: *x\nd:\n  - <<: *x\n    e: 'q'\n---\nf: !t |\n  text\n",
    "{\"a\": [1, {\"b\": \"\\u00e9\\n\"}], \"c\": -1.5e-3, \"d\": NaN, \"e\": {}}",
    "stated:\n  - {key: a, value: 1, epoch: 2, source: x}\n  - {key: b.c, value: {d: 3}, source: y}\n",
  ]

  @Test(arguments: texts.indices)
  func givesSettingsOrOneLine(index: Int) {
    let bytes = Array(MutatedConfigurationTests.texts[index].utf8)
    let telling = Array("\"\\{}[]:,;\n\r\t .-+eE0129uN#&*!%~|>?<'\u{0}".utf8) + [0xFF, 0xC3, 0xEF]
    let stream = RandomStream(seed: 7, path: "configuration \(index)")
    var (accepted, refused, draw) = (0, 0, 0)
    func next(_ bound: Int) -> Int {
      draw += 1
      return stream.integer(draw, below: bound)
    }
    for _ in 0..<4000 {
      var mutant = bytes
      for _ in 0...next(4) {
        let place = next(mutant.count)
        switch next(4) {
        case 0: mutant[place] = telling[next(telling.count)]
        case 1: mutant.remove(at: place)
        case 2: mutant.insert(telling[next(telling.count)], at: place)
        default:
          let end = min(mutant.count, place + 1 + next(12))
          mutant.insert(contentsOf: mutant[place..<end], at: next(mutant.count))
        }
      }
      do {
        _ = try ReadConfiguration(mutant)
        accepted += 1
      } catch {
        refused += 1
        let message = "\(error)"
        #expect(message.contains("a.yaml") && message.allSatisfy { !$0.isNewline })
      }
    }
    // Were all refused or all accepted, the changes would reach nothing.
    #expect(accepted > 40 && refused > 40)
  }
}
