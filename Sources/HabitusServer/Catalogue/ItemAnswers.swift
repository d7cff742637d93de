internal import Foundation
internal import HTTPTypes
public import Habitus
internal import HabitusTracking

/// Keeps what is known of items.
public protocol ItemKeeper: Sendable {
  /// Keeps items, each in the place of the one with its id.
  func save(_ items: [Item]) async throws
}

/// Answers `POST /v1/items`: the catalogue of items is kept by those who run the application.
struct ItemAnswers: Sendable {
  static let path = "/v1/items"
  /// The most bytes of a body: some ten thousand items.
  static let bodyByteLimit = 20 << 20

  let keeper: any ItemKeeper
  let keys: any AccessKeyVerifier

  private struct Receipt: Encodable {
    let stored: Int
    let refused: [ItemDocument.Refusal]
  }

  /// Stores the items of a body, one object or an array; what is no item is told with its place.
  func post(headers: HTTPFields, query: String, body: [UInt8]) async -> Answer {
    let isAdmitted = Credentials.candidates(headers: headers, query: query).contains {
      keys.key(for: $0)?.scopes.contains(.admin) == true
    }
    guard isAdmitted else {
      var answer = Answer.problem(.unauthorized, "no_key", "The catalogue takes a key with the scope admin.")
      answer.headers[.wwwAuthenticate] = #"Bearer realm="habitus""#
      return answer
    }
    let document: ItemDocument
    do throws(JSONTextError) {
      document = try ItemDocument(body)
    } catch {
      return .problem(
        .badRequest, "body", "The body is neither a JSON object with an id nor an array of such objects.")
    }
    do {
      try await keeper.save(document.items)
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let receipt = Receipt(stored: document.items.count, refused: document.refused)
      return .json(String(decoding: try encoder.encode(receipt), as: UTF8.self))
    } catch StoreError.invalidItem {
      return .problem(
        .unprocessableContent, "item", "An item cannot be stored, so none was: a number in it is not finite.")
    } catch {
      return .problem(.serviceUnavailable, "store", "The items could not be stored; send them again later.")
    }
  }
}
