/// How the lines of an access log are written.
public enum AccessLogFormat: String, Sendable, Codable, CaseIterable {
  /// The family of NCSA: common (Apache's and nginx's default without referrer), combined, extended (what follows is
  /// passed over, as in Icecast's), each of them with or without the virtual host in front, with the virtual host in
  /// the second place (OVH), and with a duration in parentheses behind the time (Gandi).
  case ncsa
  /// W3C extended, whose `#Fields:` line names the fields: IIS, IIS Advanced Logging, CloudFront (web), NetScaler,
  /// Incapsula, SHOUTcast.
  case w3c
  /// Elastic Load Balancing: classic load balancers.
  case classicLoadBalancer = "elb"
  /// Elastic Load Balancing: application load balancers.
  case applicationLoadBalancer = "alb"
  /// Server access logs of Amazon S3.
  case s3
  /// HAProxy's HTTP log as it stands in a syslog file.
  case haproxy
  /// A JSON object a line with members named as nginx's variables are, or by the usual short names.
  case nginxJSON = "nginx_json"
  /// Caddy's JSON.
  case caddyJSON = "caddy_json"
  /// Traefik's JSON.
  case traefikJSON = "traefik_json"
}

/// What becomes of the lines of an access log.
public struct AccessLogOptions: Sendable, Equatable {
  /// How the lines are written; `nil` to find out from the lines. The format may then change from one line to the next,
  /// but for W3C, which counts from its header on.
  public var format: AccessLogFormat?
  /// Whether requests for static files become events of the type `request_static`; otherwise they are skipped.
  public var keepsStaticFiles = false
  /// The IANA name of the time zone of times that are written without an offset, where the format does not fix it
  /// (HAProxy's; `date-local` and `time-local` of W3C; JSON).
  public var timeZone = "UTC"

  /// Makes options.
  public init(format: AccessLogFormat? = nil, keepsStaticFiles: Bool = false, timeZone: String = "UTC") {
    self.format = format
    self.keepsStaticFiles = keepsStaticFiles
    self.timeZone = timeZone
  }
}
