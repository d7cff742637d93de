/// What comes next in a sequence: probabilities by the last few items, drawn to those by fewer items where there is
/// little to go by, and to what the sequence itself has shown so far.
///
/// A chain of estimates, from the least to the most specific: every item alike; the shares of items; shares after the
/// last item, after the last two, and so on; then the shares within the sequence itself, and those after its last item.
/// Each is (count + strength · estimate before) / (total + strength). MacKay and Bauman Peto, "A hierarchical Dirichlet
/// language model", Natural Language Engineering 1 (1995), doi:10.1017/S1351324900000218. Strengths are numbers of
/// observations, fitted to what comes later: ``fitted(order:usesOwn:marksBeginnings:training:heldOut:from:)``.
///
/// Put a whole history of one user into a sequence, or a whole case; put an item of its own at the end where sequences
/// end and that is to be predicted.
public struct NextEvent: Hashable, Sendable, Codable {
  /// How many observations the estimate before weighs as much as, for the shares of items (against every item alike),
  /// for those after the last item, the last two, …: one more than the order. Positive, finite.
  public var strengths: [Double]
  /// The same for the shares within the sequence itself, and for those after its last item; empty where the sequence's
  /// own past is not to count, at most two. Positive, finite.
  public var ownStrengths: [Double]
  /// Whether a sequence's beginning is a context of its own: yes where sequences begin at something, such as a visit
  /// or a case; no where they begin because the observation does.
  public var marksBeginnings: Bool

  /// Makes parameters.
  public init(strengths: [Double] = [1, 5, 5, 5], ownStrengths: [Double] = [], marksBeginnings: Bool = false) {
    self.strengths = strengths
    self.ownStrengths = ownStrengths
    self.marksBeginnings = marksBeginnings
  }

  /// Counts what follows what. O(items · order · log items).
  ///
  /// - Throws: ``KernelError``: `noSamples` without any item, `parameter` for strengths out of range or
  ///   2³¹ / strengths items or more.
  public func fit(_ sequences: SequenceDatabase) throws(KernelError) -> Model {
    guard (1...9).contains(strengths.count) else {
      throw .parameter(
        name: "strengths", value: Double(strengths.count), allowed: "1 to 9 of them, one more than order")
    }
    guard ownStrengths.count <= 2 else {
      throw .parameter(name: "ownStrengths", value: Double(ownStrengths.count), allowed: "at most 2 of them")
    }
    if let wrong = (strengths + ownStrengths).first(where: { !($0 > 0 && $0.isFinite) }) {
      throw .parameter(name: "strengths", value: wrong, allowed: "finite numbers above 0")
    }
    guard !sequences.items.isEmpty else { throw .noSamples }
    // Every item may be a context of every length, and contexts have numbers of 32 bits.
    guard sequences.items.count < Int(Int32.max) / strengths.count else {
      throw .parameter(name: "items", value: Double(sequences.items.count), allowed: "fewer than 2³¹ / strengths")
    }
    return Model(parameters: self, sequences: sequences)
  }

  /// A fitted ``NextEvent``.
  public struct Model: Hashable, Sendable, Codable {
    /// What was fitted with.
    public let parameters: NextEvent
    /// The items seen, rising; probabilities are in this order.
    public let items: [Int32]
    let tree: SuccessionTree

    fileprivate init(parameters: NextEvent, sequences: SequenceDatabase) {
      self.parameters = parameters
      items = Set(sequences.items).sorted()
      var numbers: [Int32: Int32] = [:]
      for (number, item) in items.enumerated() { numbers[item] = Int32(number) }
      tree = SuccessionTree(
        of: sequences.items.map { numbers[$0] ?? 0 }, offsets: sequences.offsets,
        order: parameters.strengths.count - 1,
        beginning: parameters.marksBeginnings ? Int32(items.count) : nil)
    }

    /// The same counts with other strengths, as many as before.
    func with(_ parameters: NextEvent) -> Model { Model(parameters: parameters, items: items, tree: tree) }

    private init(parameters: NextEvent, items: [Int32], tree: SuccessionTree) {
      (self.parameters, self.items, self.tree) = (parameters, items, tree)
    }
  }
}
