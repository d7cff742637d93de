internal import Synchronization

/// Elements that a callback hands over one by one.
final class Collected<Element: Sendable>: Sendable {
  private let state = Mutex<[Element]>([])

  func append(_ element: Element) { state.withLock { $0.append(element) } }

  var elements: [Element] { state.withLock { $0 } }
}
