@_exported public import ThalwegAutodiff
@_exported public import ThalwegNN
@_exported public import ThalwegRecord
@_exported public import ThalwegTensor
@_exported public import ThalwegTraining
