import Testing

/// Everything that runs the built command. One at a time: the machine has other things to do.
@Suite(.serialized) struct CommandTests {}
