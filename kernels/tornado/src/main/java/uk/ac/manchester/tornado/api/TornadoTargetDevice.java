package uk.ac.manchester.tornado.api;

/** The hardware behind a device. */
public interface TornadoTargetDevice {
  /** Its name. */
  String getDeviceName();
}
