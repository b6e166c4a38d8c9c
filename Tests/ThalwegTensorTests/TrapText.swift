import Testing

/// What a trapped process wrote to standard error.
func trapText(_ result: ExitTest.Result?) -> String {
  String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}
