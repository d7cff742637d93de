import Testing

@testable import Habitus

@Suite("Graph of paths")
struct PathsGraphTests {
  private func graph(_ events: [Event], limit: Int = 40) async throws -> PathsGraph {
    let made = try TestWorkspace()
    try made.workspace.store.append(events, namespace: "test")
    defer { withExtendedLifetime(made) {} }
    return PathsGraph(try await NavigationAnalyzer(made.workspace).paths(), limit: limit)
  }

  private var events: [Event] {
    [event("u", 0, "a"), event("u", 1, "b"), event("v", 0, "a"), event("v", 1, "b"), event("w", 0, "a")]
  }

  @Test("is written for Graphviz, the strongest edges first")
  func dot() async throws {
    // Three sessions begin with a; two go on to b, one ends; two end with b.
    #expect(
      try await graph(events).text(.dot) == """
        digraph paths {
          rankdir=LR;
          node [shape=box, style=rounded];
          start [label="start\\n3"];
          step0 [label="a\\n3"];
          step1 [label="b\\n2"];
          finish [label="end\\n3"];
          start -> step0 [label="100.0 %", penwidth=5.0];
          step0 -> step1 [label="66.7 %", penwidth=3.7];
          step1 -> finish [label="100.0 %", penwidth=3.7];
          step0 -> finish [label="33.3 %", penwidth=2.3];
        }

        """)
  }

  @Test("is written for Mermaid, with the nodes of the edges that are drawn")
  func mermaid() async throws {
    #expect(
      try await graph(events, limit: 2).text(.mermaid) == """
        flowchart LR
          start["start<br>3"]
          step0["a<br>3"]
          step1["b<br>2"]
          start -->|"100.0 %"| step0
          step0 -->|"66.7 %"| step1

        """)
    #expect(try await graph(events, limit: 0).text(.mermaid) == "flowchart LR\n")
  }

  @Test("takes no name for a part of the language")
  func hostile() async throws {
    let graph = try await graph([
      event("u", 0, "a\"];\n evil -> x [label=\"\\"), event("u", 1, "<b>`#1;`\u{202E}"),
    ])
    #expect(graph.text(.dot).contains(#"step1 [label="a\"];"# + "\u{FFFD}" + #" evil -> x [label=\"\\\n1"];"#))
    #expect(graph.text(.dot).split(separator: "\n").count == 11)
    let mermaid = graph.text(.mermaid)
    #expect(mermaid.contains("step0[\"#60;b#62;#96;#35;1#59;#96;\u{FFFD}<br>1\"]"))
    #expect(mermaid.contains("a#34;#93;#59;\u{FFFD} evil -#62; x #91;label=#34;#92;<br>1"))
  }
}
