/// Dates and times, as loggers write them.
enum ConsoleClock {
  /// The end of the date, the time or both that stand at `start`.
  static func end(_ line: LineBytes, _ start: Int) -> Int? {
    if let time = endOfTime(line, start) { return time }
    guard let date = endOfDate(line, start) ?? endOfCompactDate(line, start) else {
      return endOfDayAndTime(line, start)
    }
    let isJoined =
      line[date].isBlank || line[date] == UInt8(ascii: "T") || line[date] == UInt8(ascii: "_")
      || line[date] == UInt8(ascii: "-")
    if isJoined, let time = endOfTime(line, date + 1) { return time }
    return line[date].isWord ? nil : date
  }

  /// `08:28:01,123`, with what tells the zone.
  static func endOfTime(_ line: LineBytes, _ start: Int) -> Int? {
    let hours = line.afterDigits(start)
    guard hours > start, hours <= start + 2, line[hours] == UInt8(ascii: ":"),
      line.afterDigits(hours + 1) == hours + 3, line[hours + 3] == UInt8(ascii: ":"),
      line.afterDigits(hours + 4) == hours + 6
    else { return nil }
    var index = hours + 6
    if line[index] == UInt8(ascii: ",") || line[index] == UInt8(ascii: ".") {
      index = line.afterDigits(index + 1)
    }
    if line[index] == UInt8(ascii: "Z") { index += 1 }
    if line[index] == UInt8(ascii: "+") || line[index] == UInt8(ascii: "-") {
      let zone = line.afterDigits(index + 1)
      if zone == index + 5 { index = zone }
      if zone == index + 3 && line[zone] == UInt8(ascii: ":") { index = line.afterDigits(zone + 1) }
    }
    return line[index].isWord ? nil : index
  }

  /// `2025-11-15`, `2025/11/15`
  private static func endOfDate(_ line: LineBytes, _ start: Int) -> Int? {
    let mark = line[start + 4]
    guard line.afterDigits(start) == start + 4,
      mark == UInt8(ascii: "-") || mark == UInt8(ascii: "/") || mark == UInt8(ascii: "."),
      line.afterDigits(start + 5) == start + 7, line[start + 7] == mark,
      line.afterDigits(start + 8) == start + 10
    else { return nil }
    return start + 10
  }

  /// `20251115`, where a time follows.
  private static func endOfCompactDate(_ line: LineBytes, _ start: Int) -> Int? {
    let isDate =
      line.afterDigits(start) == start + 8 && endOfTime(line, start + 9) != nil
    return isDate ? start + 8 : nil
  }

  /// `11/15 08:28:01`, `11/15/2025 08:28:01`, `25/11/15 08:28:01`
  static func endOfDayAndTime(_ line: LineBytes, _ start: Int) -> Int? {
    var index = start
    for part in 0..<3 {
      let reach = line.afterDigits(index)
      if reach == index || reach > index + 4 { return nil }
      index = reach
      let mark = line[index]
      if mark != UInt8(ascii: "/") && mark != UInt8(ascii: "-") {
        return part > 0 && mark.isBlank ? endOfTime(line, index + 1) : nil
      }
      index += 1
    }
    return nil
  }

  /// `Nov 15 08:28:01`
  static func endOfMonthDay(_ line: LineBytes, _ start: Int) -> Int? {
    guard line[start].isLetter, line[start + 3].isBlank else { return nil }
    let day = line.afterBlanks(start + 4)
    let reach = line.afterDigits(day)
    return reach > day && line[reach].isBlank ? endOfTime(line, reach + 1) : nil
  }
}
