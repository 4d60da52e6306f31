package dev.alluvium.cli.doctor;

import dev.alluvium.cli.config.Redaction;

/**
 * What one check found.
 *
 * @param check what was looked at
 * @param ok whether it will do
 * @param detail what was seen
 * @param advice what to do when it will not; empty when it will
 */
record Finding(String check, boolean ok, String detail, String advice) {
  /** Details are often messages of libraries: no secret of the settings stays in them. */
  Finding {
    detail = Redaction.of(detail);
  }

  static Finding good(String check, String detail) {
    return new Finding(check, true, detail, "");
  }

  static Finding bad(String check, String detail, String advice) {
    return new Finding(check, false, detail, advice);
  }
}
