/// A parser whose lines depend on a header that stands before them, and that can go on in the middle of a file.
public protocol ResumableRecordParser: RecordParser {
  /// The lines of the header that were met last: a new parser that reads them goes on as this one does.
  var header: [[UInt8]] { get }
}
