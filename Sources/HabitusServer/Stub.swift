internal import Hummingbird
internal import Crypto
internal import Logging
internal import ServiceLifecycle
internal import NIOCore
