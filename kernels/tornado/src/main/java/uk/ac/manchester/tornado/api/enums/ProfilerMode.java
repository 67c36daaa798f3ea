package uk.ac.manchester.tornado.api.enums;

/** Where measurements go. */
public enum ProfilerMode {
  CONSOLE,
  SILENT
}
