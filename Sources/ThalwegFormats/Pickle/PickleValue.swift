/// A value of a pickle. What it holds is named by place in `Pickle.values`, so a value that holds
/// itself is a number like any other, and nothing is nested in memory.
enum PickleValue: Sendable {
  struct Pair: Sendable {
    let key: Int
    let value: Int
  }

  case null
  case bool(Bool)
  case integer(Int)
  /// A whole number beyond 64 bits.
  case longInteger(bytes: Int)
  case number(Double)
  case text(String)
  case bytes(count: Int)
  case list([Int])
  case tuple([Int])
  case set([Int])
  case dictionary([Pair])
  /// A class or function, by its dotted name, which is on the list of those allowed.
  case global(String)
  /// A function that would be called; nothing is.
  case call(function: Int, arguments: Int)
  /// Something that lies outside the pickle, and what names it.
  case persistent(Int)
  /// Made by a class or function that is not allowed, and left unopened.
  case opaque(String)
}
