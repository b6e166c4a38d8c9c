/// Bytes, about, that a listing may take, however small the file that asks for it.
enum ListingCost {
  static let limit = 1 << 28
  static let value = 64
  static let tensor = 256
}
