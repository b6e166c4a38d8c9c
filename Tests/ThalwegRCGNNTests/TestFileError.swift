enum TestFileError: Error {
  case unreadable(String)
  case noFigures(String)
}
