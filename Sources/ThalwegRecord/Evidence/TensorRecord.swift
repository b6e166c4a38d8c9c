/// What a record says of one tensor of parameters beside its figures.
package struct TensorRecord: Sendable, Equatable {
  /// In how many steps gradient was absent, 0, or there, in the words of the record.
  package struct States: Sendable, Equatable {
    package var live = 0
    package var noPath = 0
    package var zero = 0
    package var nonFinite = 0

    package init() {}

    /// Whether any step was counted.
    package var isCounted: Bool { live + noPath + zero + nonFinite > 0 }
  }

  package var path: String
  /// nil: not recorded.
  package var elements: Int?
  /// Whether the optimizer holds it, at the end of the record; nil: not recorded.
  package var isOptimized: Bool?
  /// Whether it was made after the optimizer; nil: not recorded.
  package var isLate: Bool?
  /// Whether gradient is switched off for it, at the end of the record; nil: not recorded.
  package var isFrozen: Bool?
  /// nil: the record cannot tell absent gradient from 0.
  package var states: States?
  package var place: Place

  package init(path: String, place: Place) {
    self.path = path
    self.place = place
  }
}
