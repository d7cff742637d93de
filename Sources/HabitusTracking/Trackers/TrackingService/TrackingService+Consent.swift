internal import HabitusModel

extension TrackingService {
  /// The purpose of a statement that is about all purposes at once: `withdraw` without a list. It only comes with
  /// ``ConsentStatement/isGranted`` false, and ends every consent of its user, whatever its purpose.
  public static let everyPurpose = ConsentStatement.everyPurpose

  /// `{user_id, consent_type, is_granted}`, and optionally `timestamp` (a later time than that of receipt is not
  /// believed) and `expires_at`.
  func setConsent(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    let root = try TrackerBody.json(request, maximumByteCount: maximumBodyByteCount).root
    do throws(EventDefect) {
      guard root.kind == .object else { throw EventDefect(.notAnObject, "the consent is no JSON object") }
      let user = try Self.user(try EventValues.text(root["user_id"], "user_id"), "member `user_id`")
      let purpose = try Self.purpose(root["consent_type"])
      guard let isGranted = Self.boolean(root["is_granted"]) else {
        throw EventDefect(reason: "no_decision", message: "`is_granted` is neither true nor false")
      }
      if isGranted, purpose == Self.everyPurpose {
        throw EventDefect(reason: "invalid_purpose", message: "all purposes at once can only be withdrawn; name them")
      }
      let time = try EventValues.time(root["timestamp"], "timestamp")
      var reading = TrackerReading(answer: .json(#"{"status":"success"}"#))
      reading.consents = [
        ConsentStatement(
          user: user, purpose: purpose, isGranted: isGranted, time: min(time ?? request.received, request.received),
          expires: try EventValues.time(root["expires_at"], "expires_at"), source: name)
      ]
      return reading
    } catch { throw error.refusal(status: 422, root) }
  }

  /// An object of booleans by consent type, for the user that the query names. Members that are no booleans are
  /// refused, the others are kept.
  func recordConsents(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    let root = try TrackerBody.json(request, maximumByteCount: maximumBodyByteCount).root
    do throws(EventDefect) {
      guard root.kind == .object else {
        throw EventDefect(.notAnObject, "the consents are no JSON object; send {\"analytics\":true,…}")
      }
      let user = try Self.user(of: request)
      var reading = TrackerReading(answer: .json(""))
      var consents = PropertyText()
      for (position, member) in root.members.enumerated() {
        do throws(EventDefect) {
          guard !member.key.isEmpty, member.key != Self.everyPurpose, !member.key.utf8.contains(0) else {
            throw EventDefect(reason: "invalid_purpose", message: "'\(member.key)' is no consent type")
          }
          guard let isGranted = member.value.boolean else {
            throw EventDefect(reason: "no_decision", message: "`\(member.key.prefix(60))` is neither true nor false")
          }
          reading.consents.append(statement(user, member.key, isGranted, request))
          consents.append(member.key, isGranted)
        } catch { reading.refused.append(error.payload(member.value, position: position)) }
      }
      if reading.consents.isEmpty, let first = reading.refused.first {
        throw EventDefect(reason: first.reason, message: first.message)
      }
      reading.answer = success(user, "consents", consents.text ?? "{}")
      return reading
    } catch { throw error.refusal(status: 422, root) }
  }

  /// A list of consent types, or nothing (also `null` and an empty list) for all, for the user that the query names.
  /// Elements that are no texts are refused, the others are kept.
  func withdrawConsents(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    let body = try PayloadDecoding.decoded(
      request.body, contentEncoding: request.headers["content-encoding"], maximumByteCount: maximumBodyByteCount)
    let isBlank = body.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    let root = try TrackerBody.json(isBlank ? Array("null".utf8) : body).root
    do throws(EventDefect) {
      let user = try Self.user(of: request)
      guard root.isNull || root.kind == .array else {
        throw EventDefect(reason: "no_list", message: "the consent types are no JSON list; send [\"analytics\",…]")
      }
      var reading = TrackerReading(answer: .json(""))
      for (position, element) in root.elements.enumerated() {
        do throws(EventDefect) {
          reading.consents.append(statement(user, try Self.purpose(element), false, request))
        } catch { reading.refused.append(error.payload(element, position: position)) }
      }
      if reading.consents.isEmpty {
        if let first = reading.refused.first { throw EventDefect(reason: first.reason, message: first.message) }
        reading.consents = [statement(user, Self.everyPurpose, false, request)]
      }
      var types: [UInt8] = []
      for consent in reading.consents {
        types.append(UInt8(ascii: types.isEmpty ? "[" : ","))
        JSONText.appendString(consent.purpose.utf8, to: &types)
      }
      reading.answer = success(user, "withdrawn", String(decoding: types, as: UTF8.self) + "]")
      return reading
    } catch { throw error.refusal(status: 422, root) }
  }

  // MARK: Parts

  private func statement(_ user: UserID, _ purpose: String, _ isGranted: Bool, _ request: TrackerRequest)
    -> ConsentStatement
  { ConsentStatement(user: user, purpose: purpose, isGranted: isGranted, time: request.received, source: name) }

  private func success(_ user: UserID, _ member: String, _ json: String) -> TrackerAnswer {
    let object = TrackerBody.object(("status", "success"), ("user_id", user.rawValue))
    return .json("\(object.dropLast()),\"\(member)\":\(json)}")
  }

  private static func user(of request: TrackerRequest) throws(EventDefect) -> UserID {
    try user(FormFields.parse(request.query).last { $0.name == "user_id" }?.value, "`user_id` in the query")
  }

  private static func user(_ text: String?, _ place: String) throws(EventDefect) -> UserID {
    guard let text, !text.isEmpty else { throw EventDefect(.noUser, "there is no \(place); send the user's pseudonym") }
    guard !text.utf8.contains(0) else { throw EventDefect(.nulByte, "the \(place) holds a NUL") }
    return UserID(text)
  }

  private static func purpose(_ node: JSONNode?) throws(EventDefect) -> String {
    guard let purpose = node?.string, !purpose.isEmpty, !purpose.utf8.contains(0) else {
      throw EventDefect(reason: "invalid_purpose", message: "the consent type is no text; send `analytics` or the like")
    }
    return purpose
  }

  private static func boolean(_ node: JSONNode?) -> Bool? {
    switch node?.scalarText?.lowercased() {
    case "true", "1": true
    case "false", "0": false
    default: nil
    }
  }
}
