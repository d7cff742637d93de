/// A distribution with positive parameters that maximum likelihood fits.
public protocol PositiveParameterModel: Hashable, Sendable, Codable {
  /// The parameters' names in the literature.
  static var parameterNames: [String] { get }
  /// The parameters in the order of their names.
  var parameters: [Double] { get }
  /// Makes the model with these parameters.
  ///
  /// - Precondition: there is one a name, and all are positive and finite.
  init(parameters: [Double])
}

extension PositiveParameterModel {
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for the first that is not positive and finite.
  static func requirePositive(_ parameters: [Double]) throws(KernelError) {
    for (name, value) in zip(parameterNames, parameters) where !(value > 0 && value.isFinite) {
      throw .parameter(name: name, value: value, allowed: "a finite number above 0")
    }
  }

  static func preconditionPositive(_ parameters: [Double]) {
    precondition(
      parameters.count == parameterNames.count && parameters.allSatisfy { $0 > 0 && $0.isFinite },
      "a model has one parameter a name, positive and finite")
  }
}
