/// The configuration files that ship inside the command, as bytes.
package enum Presets {}
