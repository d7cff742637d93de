/// Which cluster a sample is in: an index from 0, or ``noise``.
public struct ClusterLabel: RawRepresentable, Hashable, Sendable, Codable {
  /// The index, or −1 for noise.
  public let rawValue: Int32

  /// Takes an index, or −1 for noise.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The label of cluster `index`.
  ///
  /// - Precondition: `index` is in 0…2³¹−1.
  public init(_ index: Int) {
    precondition(index >= 0, "the index of a cluster is not negative; noise has a label of its own")
    rawValue = Int32(index)
  }

  /// The label of samples that belong to no cluster.
  public static let noise = ClusterLabel(rawValue: -1)

  /// The index of the cluster; `nil` for noise.
  public var index: Int? { rawValue < 0 ? nil : Int(rawValue) }

  /// Whether the sample belongs to no cluster.
  public var isNoise: Bool { rawValue < 0 }
}

extension ClusterLabel: ExpressibleByIntegerLiteral {
  /// The label of the cluster with this index.
  public init(integerLiteral value: Int) { self.init(value) }
}

extension ClusterLabel: CustomStringConvertible {
  /// The index, or `noise`.
  public var description: String { index.map(String.init) ?? "noise" }
}

/// What every fitted clustering tells about the samples it was fitted to.
public protocol ClusteringModel: Sendable {
  /// One label a sample, in the order of the samples.
  var labels: [ClusterLabel] { get }
  /// Number of clusters; labels are below it. Noise is none.
  var clusterCount: Int { get }
}

extension ClusteringModel {
  /// How many samples each cluster has. O(*n*).
  public var clusterSizes: [Int] {
    var sizes = Array(repeating: 0, count: clusterCount)
    for label in labels {
      if let index = label.index { sizes[index] += 1 }
    }
    return sizes
  }

  /// The samples with this label, ascending. O(*n*).
  public func members(of label: ClusterLabel) -> [Int] {
    labels.indices.filter { labels[$0] == label }
  }
}
