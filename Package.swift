// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "Habitus",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Habitus", targets: ["Habitus"]),
    .library(name: "HabitusKernels", targets: ["HabitusKernels"]),
    .executable(name: "habitus", targets: ["HabitusCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Libraries, each depending only on those above it.
    .target(name: "HabitusModel", swiftSettings: settings),
    .target(name: "HabitusKernels", dependencies: ["CKernels", "COpenBLAS", "CLAPACKE"], swiftSettings: settings),
    .target(
      name: "HabitusStore",
      dependencies: ["HabitusModel", "CZstd", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: settings),
    .target(
      name: "HabitusTracking",
      dependencies: [
        "HabitusModel", "CPQ", "CSimdJSON", "CZlib", "CZstd",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(
      name: "Habitus",
      dependencies: [
        "HabitusModel", "HabitusKernels", "HabitusStore", "HabitusTracking",
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Crypto", package: "swift-crypto"),
        "Yams",
      ],
      swiftSettings: settings),

    .target(
      name: "HabitusServer",
      dependencies: [
        "Habitus", "HabitusModel", "HabitusTracking",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),

    // The command.
    .executableTarget(
      name: "HabitusCommand",
      dependencies: [
        "Habitus", "HabitusServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings),

    // What benchmarks and tables run; not part of the command.
    .executableTarget(
      name: "KernelTrials", dependencies: ["HabitusKernels"], path: "Benchmarks/KernelTrials", swiftSettings: settings),

    // C: the innermost loops of kernels, and libraries.
    .target(name: "CKernels"),
    .target(
      name: "CSimdJSON",
      linkerSettings: [.linkedLibrary("simdjson")]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

    // Tests.
    .testTarget(name: "HabitusModelTests", dependencies: ["HabitusModel"], swiftSettings: settings),
    .testTarget(
      name: "HabitusKernelsTests", dependencies: ["HabitusKernels"], exclude: ["Reference"], swiftSettings: settings),
    .testTarget(
      name: "HabitusStoreTests", dependencies: ["HabitusStore", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: settings),
    .testTarget(name: "HabitusTrackingTests", dependencies: ["HabitusTracking"], swiftSettings: settings),
    .testTarget(
      name: "HabitusServerTests",
      dependencies: [
        "HabitusServer",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "HabitusTests", dependencies: ["Habitus", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: settings),
    .testTarget(name: "HabitusCommandTests", dependencies: ["HabitusCommand"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
