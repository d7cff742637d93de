import Habitus

@main
struct HabitusCommand {
  static func main() async throws {
    let w = try Workspace()
    let args = Array(CommandLine.arguments.dropFirst())
    if args.first == "import" {
      let c = ContinuousClock.now
      print(try await FileImport(w).run(Array(args.dropFirst())))
      print(ContinuousClock.now - c)
    } else if args.first == "features" {
      let c = ContinuousClock.now
      let t = try await FeatureExtractor(w).extractAll()
      print(t.users.count, ContinuousClock.now - c)
    } else if args.first == "report" {
      print(try w.store.report(isThorough: false))
    } else {
      let r = try await Analysis(w).run { print($0) }
      print(r.seconds, r.userCount, r.notes, r.clusters?.choice ?? "", r.patterns.prefix(5))
    }
  }
}
