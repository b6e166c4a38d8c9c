import ThalwegFormats

/// A file named by the user that cannot be used: bad input, not a failed run.
struct InputError: Error, CustomStringConvertible {
  let cause: FileError

  var description: String { cause.description }

  /// Does what must work before a run begins.
  static func wrapping<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as FileError {
      throw InputError(cause: error)
    }
  }
}
