/// Which part of a course is looked at.
enum RecordPart {
  case whole, secondHalf

  func of<Element>(_ all: [Element]) -> ArraySlice<Element> {
    switch self {
    case .whole: all[...]
    case .secondHalf: all.dropFirst(all.count / 2)
    }
  }
}
