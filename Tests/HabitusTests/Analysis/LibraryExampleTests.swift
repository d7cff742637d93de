import Foundation
import Habitus
import Testing

@Suite("The example of the README")
struct LibraryExampleTests {
  @Test("runs as it stands there, on the store that the environment names")
  func example() async throws {
    let made = try TestWorkspace()
    var events = twoKindsOfUsers(each: 10)
    for (index, event) in events.enumerated() where event.user == "buyer0" { events[index].user = "12345" }
    try made.workspace.store.append(events, namespace: "test")
    setenv("HABITUS_DATA", made.path, 1)
    defer { unsetenv("HABITUS_DATA") }

    let featureExtractor = try await FeatureExtractor()
    let profileManager = try await ProfileManager()
    let userClustering = try await UserClustering()
    let patternDetector = try await PatternDetector()
    let preferenceCalculator = try await PreferenceCalculator()

    let features = try await featureExtractor.extractFeatures(userID: "12345")
    try await profileManager.updateProfile(userID: "12345", features: features)
    let clusters = try await userClustering.updateClusters()
    let patterns = try await patternDetector.detectPatterns(userID: "12345")
    let preferences = try await preferenceCalculator.calculatePreferences(userID: "12345")
    let fit = try await preferenceCalculator.score(item: Item(id: "job-7", category: "jobs"), for: "12345")
    let future = try await preferenceCalculator.predict(userID: "12345").predictions
    let items = try await preferenceCalculator.recommend(userID: "12345", limit: 10).recommendations

    #expect(features["event_count"] == 80)
    #expect(clusters.clusters.count == 2)
    // In each of the ten sessions: search, filter, click, apply, search, filter, click, apply.
    let path = patterns.first { $0.kind == .path && $0.elements == ["search", "filter", "click"] }
    #expect(path?.support == 10 && path?.total == 10)
    #expect(patterns.contains { $0.kind == .hourOfDay && $0.elements == ["23"] })
    #expect(preferences.first { $0.dimension == "category" }?.value == "jobs")
    #expect(fit.score > 0.5 && fit.reasons.map(\.value) == ["jobs"])
    // Ten days are too few to see how well other predictions do; a night ends with `apply`, the next begins with `search`.
    #expect(future.map(\.kind) == [.nextEvent] && future.first?.subject == "search")
    // Buyers meet eight items, all of them met; browsers two others.
    #expect(items.map(\.item) == ["i0", "i1"])
    let profile = try await profileManager.getProfile(userID: "12345")
    #expect(profile.features == features)
    #expect(profile.cluster != nil)
  }
}
