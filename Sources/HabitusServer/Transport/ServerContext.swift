internal import Hummingbird
internal import NIOCore

/// What is known about a request besides its content.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The connection.
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// The address at the other end of the connection.
  var peer: String? { channel.remoteAddress?.ipAddress }
}
