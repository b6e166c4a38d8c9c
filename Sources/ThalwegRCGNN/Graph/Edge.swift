/// One directed edge: `cause` acts on `effect`.
package struct Edge: Sendable, Hashable {
  package let cause: Int
  package let effect: Int

  package init(cause: Int, effect: Int) {
    self.cause = cause
    self.effect = effect
  }
}
